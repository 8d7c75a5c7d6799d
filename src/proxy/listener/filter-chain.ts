import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';
import type { NetworkFilterFactory } from '../filters/network/network-filter.ts';
import { networkFilters } from '../filters/network/registry.ts';
import type { FactoryContext } from '../server/context.ts';
import { rawBuffer } from '../transport-sockets/raw-buffer.ts';
import { downstreamTransports } from '../transport-sockets/registry.ts';
import type { DownstreamTransport } from '../transport-sockets/transport-socket.ts';
import { findExtension, type TypedConfig } from '../typed-config.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import { compileMatches, type Find } from './match-tree.ts';

type FilterChainMessage = envoy.config.listener.v3.FilterChain;

/** What serves a connection once it is chosen. */
export interface FilterChain {
  readonly name: string;
  readonly transport: DownstreamTransport;
  /** `transport_socket_connect_timeout`, ms: how long a handshake may take; 0: for ever. */
  readonly transportTimeoutMs: number;
  readonly createFilter: NetworkFilterFactory;
}

/** The filter chains of a listener, and which of them takes a connection. */
export class FilterChains {
  readonly all: readonly FilterChain[];
  readonly #find: Find<FilterChain>;
  readonly #fallback: FilterChain | undefined;

  /**
   * `place`: the listener's address, for errors.
   *
   * @throws LabError in Envoy's words for what it refuses
   */
  constructor(
    configs: readonly FilterChainMessage[],
    fallback: FilterChainMessage | undefined,
    context: FactoryContext,
    place: string,
  ) {
    refuseEqualMatches(configs, place);
    const chains = configs.map((config) => createChain(config, context));
    this.#fallback = fallback && createChain(fallback, context);
    this.all = this.#fallback === undefined ? chains : [...chains, this.#fallback];
    this.#find = saying(place, () =>
      compileMatches(configs.map(({ filter_chain_match = {} }, at) => [filter_chain_match, chains[at]!])),
    );
  }

  /** The chain whose match is the most specific, the default chain when none fits. */
  find(facts: ConnectionFacts): FilterChain | undefined {
    return this.#find(facts) ?? this.#fallback;
  }
}

function createChain(config: FilterChainMessage, context: FactoryContext): FilterChain {
  const filters = config.filters ?? [];
  const last = filters.at(-1);
  if (last === undefined) {
    throw new LabError('invalid', 'no network filter in a filter chain', {
      hint: 'every connection would be closed at once: add envoy.filters.network.http_connection_manager',
    });
  }
  const extensions = filters.map(({ name, typed_config }) =>
    findExtension(networkFilters, name, typed_config as TypedConfig | undefined),
  );
  if (filters.length > 1) {
    throw new LabError(
      'invalid',
      `Error: terminal filter named ${filters[0]!.name} of type ${extensions[0]!.name} must be the last filter in a network filter chain.`,
    );
  }
  return {
    name: config.name ?? '',
    transport: createTransport(config.transport_socket, context),
    transportTimeoutMs: config.transport_socket_connect_timeout ?? 0,
    createFilter: extensions[0]!.configure((last.typed_config ?? {}) as Record<string, unknown>, context),
  };
}

function createTransport(
  socket: envoy.config.core.v3.TransportSocket | undefined,
  context: FactoryContext,
): DownstreamTransport {
  if (socket === undefined) return rawBuffer;
  const typed = socket.typed_config as TypedConfig | undefined;
  const extension = findExtension(downstreamTransports, socket.name, typed);
  return extension.configure(typed ?? {}, { server: context.server, scope: context.listenerScope });
}

function refuseEqualMatches(configs: readonly FilterChainMessage[], place: string): void {
  const seen = new Map<string, string>();
  for (const { name = '', filter_chain_match = {} } of configs) {
    const key = JSON.stringify(filter_chain_match);
    const other = seen.get(key);
    if (other !== undefined) {
      throw addingError(
        place,
        `filter chain '${name}' has the same matching rules defined as '${other}'. duplicate matcher is: ${key}`,
      );
    }
    seen.set(key, name);
  }
}

/** Puts the listener in front of what is wrong with its matches; Envoy says of an address alone. */
function saying<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof LabError) || error.message.startsWith('malformed')) throw error;
    throw addingError(place, error.message);
  }
}

function addingError(place: string, what: string): LabError {
  return new LabError('invalid', `error adding listener '${place}': ${what}`);
}
