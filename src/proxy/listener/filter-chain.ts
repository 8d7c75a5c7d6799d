import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';
import type { NetworkFilterFactory } from '../filters/network/network-filter.ts';
import { networkFilters } from '../filters/network/registry.ts';
import type { FactoryContext } from '../server/context.ts';
import { rawBuffer } from '../transport-sockets/raw-buffer.ts';
import { downstreamTransports } from '../transport-sockets/registry.ts';
import type { DownstreamTransport } from '../transport-sockets/transport-socket.ts';
import { findExtension, type TypedConfig } from '../typed-config.ts';
import type { ClientHello } from './client-hello.ts';

type FilterChainMessage = envoy.config.listener.v3.FilterChain;

/** What serves a connection once it is chosen. */
export interface FilterChain {
  readonly name: string;
  readonly transport: DownstreamTransport;
  readonly createFilter: NetworkFilterFactory;
}

interface MatchedChain extends FilterChain {
  readonly serverNames: readonly string[];
  readonly transportProtocol: string;
  readonly applicationProtocols: readonly string[];
}

/** The filter chains of a listener, and which of them takes a connection. */
export class FilterChains {
  /** Whether the first bytes of a connection must be seen to choose. */
  readonly inspects: boolean;
  readonly #chains: readonly MatchedChain[];
  readonly #fallback: FilterChain | undefined;

  /** @throws LabError in Envoy's words for what it refuses */
  constructor(
    configs: readonly FilterChainMessage[],
    fallback: FilterChainMessage | undefined,
    context: FactoryContext,
  ) {
    this.#chains = configs.map((config) => {
      const match = config.filter_chain_match ?? {};
      return {
        ...createChain(config, context),
        serverNames: (match.server_names ?? []).map((name) => name.toLowerCase()),
        transportProtocol: match.transport_protocol ?? '',
        applicationProtocols: match.application_protocols ?? [],
      };
    });
    this.#fallback = fallback && createChain(fallback, context);
    this.inspects = this.#chains.some(
      (chain) =>
        chain.serverNames.length > 0 ||
        chain.transportProtocol !== '' ||
        chain.applicationProtocols.length > 0,
    );
    refuseEqualMatches(this.#chains);
  }

  get all(): readonly FilterChain[] {
    return this.#fallback === undefined ? this.#chains : [...this.#chains, this.#fallback];
  }

  /**
   * Envoy's order: the most specific server name first, then transport protocol, then application protocols; the
   * default chain when none fits.
   */
  find(hello: ClientHello | undefined): FilterChain | undefined {
    for (const name of candidates(hello?.serverName)) {
      const named = this.#chains.filter(({ serverNames }) =>
        name === '' ? serverNames.length === 0 : serverNames.includes(name),
      );
      const fits = named.filter((chain) =>
        ['', hello?.transport ?? 'raw_buffer'].includes(chain.transportProtocol),
      );
      const exact = fits.filter((chain) => chain.transportProtocol !== '');
      const chain = byProtocol(exact, hello) ?? byProtocol(fits, hello);
      if (chain !== undefined) return chain;
      if (named.length > 0) break;
    }
    return this.#fallback;
  }
}

function byProtocol(
  chains: readonly MatchedChain[],
  hello: ClientHello | undefined,
): MatchedChain | undefined {
  const offered = hello?.applicationProtocols ?? [];
  for (const protocol of offered) {
    const chain = chains.find(({ applicationProtocols }) => applicationProtocols.includes(protocol));
    if (chain !== undefined) return chain;
  }
  return chains.find(({ applicationProtocols }) => applicationProtocols.length === 0);
}

/** `www.example.com`, `*.example.com`, `*.com`, then chains that name none. */
function candidates(serverName: string | undefined): string[] {
  if (serverName === undefined) return [''];
  const labels = serverName.split('.');
  const wildcards = labels.slice(1).map((_, i) => `*.${labels.slice(i + 1).join('.')}`);
  return [serverName, ...wildcards, ''];
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

function refuseEqualMatches(chains: readonly MatchedChain[]): void {
  const seen = new Map<string, string>();
  for (const chain of chains) {
    const names = chain.serverNames.length === 0 ? [''] : chain.serverNames;
    const protocols = chain.applicationProtocols.length === 0 ? [''] : chain.applicationProtocols;
    for (const name of names) {
      for (const protocol of protocols) {
        const key = JSON.stringify([name, chain.transportProtocol, protocol]);
        const other = seen.get(key);
        if (other !== undefined) {
          throw new LabError(
            'invalid',
            `filter chain '${chain.name}' has the same matching rules defined as '${other}'`,
          );
        }
        seen.set(key, chain.name);
      }
    }
  }
}
