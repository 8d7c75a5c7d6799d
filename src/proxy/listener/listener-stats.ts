import type { Counter, Gauge, Histogram, Scope } from '../stats/stats.ts';

const counters = [
  'downstream_cx_destroy',
  'downstream_cx_overload_reject',
  'downstream_cx_total',
  'downstream_cx_transport_socket_connect_timeout',
  'downstream_global_cx_overflow',
  'downstream_listener_filter_error',
  'no_filter_chain_match',
] as const;

/** `listener.<address>.…` (https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/stats). */
export interface ListenerStats {
  readonly cxTotal: Counter;
  readonly cxDestroy: Counter;
  readonly cxActive: Gauge;
  readonly cxLength: Histogram;
  /** Turned away: there are as many as the runtime allows. */
  readonly cxOverflow: Counter;
  /** Sockets whose first bytes are awaited by a listener filter. */
  readonly preCxActive: Gauge;
  readonly preCxTimeout: Counter;
  readonly filterRemoteClose: Counter;
  readonly noFilterChainMatch: Counter;
  readonly connectTimeout: Counter;
  /** `<worker>.downstream_cx_…`. */
  readonly workerCxTotal: Counter;
  readonly workerCxActive: Gauge;
}

export function createListenerStats(scope: Scope, worker: string): ListenerStats {
  for (const name of counters) scope.counter(name);
  scope.histogram('connections_accepted_per_socket_event');
  return {
    cxTotal: scope.counter('downstream_cx_total'),
    cxDestroy: scope.counter('downstream_cx_destroy'),
    cxActive: scope.gauge('downstream_cx_active'),
    cxLength: scope.histogram('downstream_cx_length_ms'),
    cxOverflow: scope.counter('downstream_cx_overflow'),
    preCxActive: scope.gauge('downstream_pre_cx_active'),
    preCxTimeout: scope.counter('downstream_pre_cx_timeout'),
    filterRemoteClose: scope.counter('downstream_listener_filter_remote_close'),
    noFilterChainMatch: scope.counter('no_filter_chain_match'),
    connectTimeout: scope.counter('downstream_cx_transport_socket_connect_timeout'),
    workerCxTotal: scope.counter(`${worker}.downstream_cx_total`),
    workerCxActive: scope.gauge(`${worker}.downstream_cx_active`),
  };
}
