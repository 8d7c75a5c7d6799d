import { counterLength, SlotCounter } from '../../stats/counter.ts';
import { gaugeLength, SlotGauge } from '../../stats/gauge.ts';
import type { HostStats } from '../cluster.ts';

const counters = 6;
const gauges = 3;
/** Numbers in a host's array. */
export const hostStatsLength = counters * counterLength + gauges * gaugeLength;

/** The numbers of one host. They are not part of the stats tree: only `/clusters` shows them. */
export class EndpointStats implements HostStats {
  readonly cxConnectFail: SlotCounter;
  readonly cxTotal: SlotCounter;
  readonly rqError: SlotCounter;
  readonly rqSuccess: SlotCounter;
  readonly rqTimeout: SlotCounter;
  readonly rqTotal: SlotCounter;
  readonly cxActive: SlotGauge;
  readonly rqActive: SlotGauge;
  readonly rqPendingActive: SlotGauge;

  readonly values: Float64Array;

  /** In an array of its own, so that it goes with the host. */
  constructor(values: Float64Array = new Float64Array(hostStatsLength)) {
    this.values = values;
    let at = 0;
    const counter = (name: string): SlotCounter => {
      const made = new SlotCounter(name, { values, at });
      at += counterLength;
      return made;
    };
    const gauge = (name: string): SlotGauge => {
      const made = new SlotGauge(name, { values, at });
      at += gaugeLength;
      return made;
    };
    this.cxConnectFail = counter('cx_connect_fail');
    this.cxTotal = counter('cx_total');
    this.rqError = counter('rq_error');
    this.rqSuccess = counter('rq_success');
    this.rqTimeout = counter('rq_timeout');
    this.rqTotal = counter('rq_total');
    this.cxActive = gauge('cx_active');
    this.rqActive = gauge('rq_active');
    this.rqPendingActive = gauge('rq_pending_active');
  }
}
