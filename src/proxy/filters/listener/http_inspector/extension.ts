import type { Counter, Scope } from '../../../stats/stats.ts';
import type { ListenerFilterExtension } from '../listener-filter.ts';
import { readFirstLine } from './first-line.ts';

const type = 'envoy.extensions.filters.listener.http_inspector.v3.HttpInspector';
/** The most that is waited for. */
const maxInspectBytes = 64 * 1024;

/** `http_inspector.…` (docs: configuration/listeners/listener_filters/http_inspector). */
interface HttpInspectorStats {
  readonly found: Readonly<Record<string, Counter>>;
  readonly notFound: Counter;
  readonly readError: Counter;
}

function createStats(root: Scope): HttpInspectorStats {
  const scope = root.scope('http_inspector');
  return {
    found: {
      'http/1.0': scope.counter('http10_found'),
      'http/1.1': scope.counter('http11_found'),
      h2c: scope.counter('http2_found'),
    },
    notFound: scope.counter('http_not_found'),
    readError: scope.counter('read_error'),
  };
}

/** Finds out which HTTP a client speaks that speaks no TLS. */
export const httpInspectorExtension: ListenerFilterExtension = {
  name: 'envoy.filters.listener.http_inspector',
  type,
  supported: { [type]: {} },
  configure(_config, { scope }) {
    const stats = createStats(scope);
    return (facts) => {
      if (facts.transportProtocol === 'tls') return undefined;
      return {
        onData(data) {
          const protocol = readFirstLine(data);
          if (protocol === undefined) {
            if (data.length < maxInspectBytes) return 'more';
            stats.readError.inc();
            return 'close';
          }
          if (protocol === 'none') stats.notFound.inc();
          else {
            stats.found[protocol]!.inc();
            facts.applicationProtocols = [protocol];
          }
          return 0;
        },
      };
    };
  },
};
