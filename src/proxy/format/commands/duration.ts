import type { StreamInfo } from '../../http/stream-info.ts';
import type { Command } from '../command.ts';
import { plain } from '../command.ts';
import type { FormatEnvironment } from '../environment.ts';
import { formatError, unsupportedCommand } from '../error.ts';

/** Whole ms from `from` to `to`; undefined when either did not happen. */
function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : Math.floor(to - from);
}

/** Names of points in time in `%COMMON_DURATION%`. */
const timePoints: Readonly<Record<string, (info: StreamInfo) => number | undefined>> = {
  DS_RX_BEG: (info) => info.start,
  DS_RX_END: (info) => info.lastDownstreamRx,
  US_TX_BEG: (info) => info.firstUpstreamTx,
  US_TX_END: (info) => info.lastUpstreamTx,
  US_RX_BEG: (info) => info.firstUpstreamRx,
  US_RX_END: (info) => info.lastUpstreamRx,
  DS_TX_BEG: (info) => info.firstDownstreamTx,
  DS_TX_END: (info) => info.lastDownstreamTx,
};

/** Points in time Envoy keeps and this data plane does not. */
const unknownTimePoints = ['US_CX_BEG', 'US_CX_END', 'US_HS_END', 'US_RX_BODY_BEG', 'DS_CX_BEG', 'DS_CX_END'];

/** Parts of a millisecond by precision. */
const precisions: Readonly<Record<string, number>> = { ms: 1, us: 1e3, ns: 1e6 };

const never = (): undefined => undefined;

export const durationCommands: readonly Command[] = [
  {
    name: 'DURATION',
    compile:
      (_parameter: string, _maxLength: number | undefined, environment: FormatEnvironment) =>
      ({ info }) =>
        Math.floor((info.end ?? environment.clock.now()) - info.start),
  },
  {
    name: 'COMMON_DURATION',
    parameter: 'required',
    compile(parameter) {
      const [from, to, precision = 'ms', more] = parameter.split(':');
      if (from === undefined || to === undefined || more !== undefined)
        throw formatError(`Invalid common duration configuration: ${parameter}.`);
      const scale = precisions[precision];
      if (scale === undefined) throw formatError(`Invalid common duration precision: ${precision}.`);
      for (const name of [from, to])
        if (unknownTimePoints.includes(name)) throw unsupportedCommand(`%COMMON_DURATION% with ${name}`);
      // A name that is none of Envoy's stands for a time point some filter sets; none does, so it is absent.
      const start = timePoints[from] ?? never;
      const end = timePoints[to] ?? never;
      return ({ info }) => {
        const [begin, finish] = [start(info), end(info)];
        if (begin === undefined || finish === undefined || finish < begin) return undefined;
        return Math.floor((finish - begin) * scale);
      };
    },
  },
  plain('REQUEST_DURATION', ({ info }) => between(info.start, info.lastDownstreamRx)),
  plain('REQUEST_TX_DURATION', ({ info }) => between(info.start, info.lastUpstreamTx)),
  plain('RESPONSE_DURATION', ({ info }) => between(info.start, info.firstUpstreamRx)),
  plain('RESPONSE_TX_DURATION', ({ info }) => between(info.firstUpstreamRx, info.lastDownstreamTx)),
  // HTTP/3 acknowledgements, and handshakes of connection logs: absent for HTTP/1 and HTTP/2 streams.
  plain('ROUNDTRIP_DURATION', never),
  plain('DOWNSTREAM_HANDSHAKE_DURATION', never),
];
