import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { fields } from '../../../../bootstrap/support.ts';
import type { ConnectionFacts } from '../../../listener/connection-facts.ts';
import type { Counter, Histogram, Scope } from '../../../stats/stats.ts';
import type { ListenerFilter, ListenerFilterExtension, ListenerFilterStatus } from '../listener-filter.ts';
import { readClientHello } from './client-hello.ts';

type TlsInspectorMessage = envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;

const type = 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector';
/** The most that Envoy takes for a ClientHello, bytes. */
const maxClientHello = 16 * 1024;

const counters = [
  'client_hello_too_large',
  'tls_found',
  'tls_not_found',
  'alpn_found',
  'alpn_not_found',
  'sni_found',
  'sni_not_found',
] as const;

/** `tls_inspector.…` (docs: configuration/listeners/listener_filters/tls_inspector). */
class TlsInspectorStats {
  readonly count: Readonly<Record<(typeof counters)[number], Counter>>;
  readonly bytesProcessed: Histogram;

  constructor(root: Scope) {
    const scope = root.scope('tls_inspector');
    this.count = Object.fromEntries(
      counters.map((name) => [name, scope.counter(name)]),
    ) as TlsInspectorStats['count'];
    this.bytesProcessed = scope.histogram('bytes_processed');
  }
}

interface Options {
  readonly maxBytes: number;
  readonly closeOnErrors: boolean;
}

/** Finds out whether a client speaks TLS, and what its ClientHello asks for. */
class TlsInspector implements ListenerFilter {
  readonly #facts: ConnectionFacts;
  readonly #stats: TlsInspectorStats;
  readonly #options: Options;

  constructor(facts: ConnectionFacts, stats: TlsInspectorStats, options: Options) {
    this.#facts = facts;
    this.#stats = stats;
    this.#options = options;
  }

  onData(data: Buffer): ListenerFilterStatus {
    const { maxBytes, closeOnErrors } = this.#options;
    const { count, bytesProcessed } = this.#stats;
    // Envoy peeks no further than this.
    const hello = readClientHello(data.length > maxBytes ? data.subarray(0, maxBytes) : data);
    const tooLarge = data.length >= maxBytes;
    if (hello === undefined) {
      if (!tooLarge) return 'more';
      count.client_hello_too_large.inc();
      bytesProcessed.record(maxBytes);
      return 'close';
    }
    if (hello.transport === 'closed') return 'close';
    bytesProcessed.record(hello.length);
    if (hello.transport === 'raw_buffer') {
      count.tls_not_found.inc();
      if (!closeOnErrors) return 0;
      if (tooLarge) count.client_hello_too_large.inc();
      return 'close';
    }
    const { serverName, applicationProtocols } = hello;
    count[serverName === '' ? 'sni_not_found' : 'sni_found'].inc();
    if (hello.transport === 'unsupported') {
      count.tls_not_found.inc();
      return 'close';
    }
    count.tls_found.inc();
    count[applicationProtocols === undefined ? 'alpn_not_found' : 'alpn_found'].inc();
    this.#facts.transportProtocol = 'tls';
    this.#facts.serverName = serverName;
    this.#facts.applicationProtocols = applicationProtocols;
    return 0;
  }
}

export const tlsInspectorExtension: ListenerFilterExtension = {
  name: 'envoy.filters.listener.tls_inspector',
  type,
  supported: {
    [type]: {
      ...fields('close_connection_on_client_hello_parsing_errors', 'max_client_hello_size'),
      initial_read_buffer_size: { noEffect: 'how much Envoy reads at first; what is found is the same' },
    },
  },
  configure(config, { scope }) {
    const message = config as TlsInspectorMessage;
    const stats = new TlsInspectorStats(scope);
    const options: Options = {
      maxBytes: message.max_client_hello_size ?? maxClientHello,
      closeOnErrors: message.close_connection_on_client_hello_parsing_errors ?? false,
    };
    return (facts) => new TlsInspector(facts, stats, options);
  },
};
