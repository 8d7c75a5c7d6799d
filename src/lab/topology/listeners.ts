import { at, list, text } from './clusters.ts';

/** A listener of an Envoy config: where it listens, and where it sends what. */
export interface ListenerSummary {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 'http' | 'tcp' | 'udp';
  readonly tls: boolean;
  readonly routes: readonly RouteSummary[];
}

/** One way out of a listener. */
export interface RouteSummary {
  /** Of a virtual host; empty for TCP. */
  readonly domains: readonly string[];
  /** As in the config: `/service/1`, `= /exact`, `~ ^/a+$`; empty for TCP. */
  readonly match: string;
  readonly to:
    | { readonly kind: 'clusters'; readonly clusters: readonly string[] }
    | { readonly kind: 'answer'; readonly text: string };
}

/** The static listeners of a config. What is not there or of another shape is left out. */
export function listenersOf(config: unknown): ListenerSummary[] {
  return list(at(config, 'static_resources', 'listeners')).map((listener) => {
    const socket = at(listener, 'address', 'socket_address');
    const single = at(listener, 'default_filter_chain');
    const chains = [...list(at(listener, 'filter_chains')), ...(single === undefined ? [] : [single])];
    const filters = chains.flatMap((chain) =>
      list(at(chain, 'filters')).map((filter) => at(filter, 'typed_config')),
    );
    const http = filters.filter((filter) => typeOf(filter) === 'HttpConnectionManager');
    const tcp = filters.filter((filter) => typeOf(filter) === 'TcpProxy');
    const udp = text(at(socket, 'protocol')) === 'UDP';
    return {
      name: text(at(listener, 'name')) ?? '',
      address: text(at(socket, 'address')) ?? '',
      port: Number(at(socket, 'port_value') ?? 0),
      protocol: udp ? 'udp' : http.length > 0 ? 'http' : 'tcp',
      tls: chains.some((chain) => at(chain, 'transport_socket') !== undefined),
      routes: [...http.flatMap(httpRoutes), ...tcp.flatMap(tcpRoutes)],
    };
  });
}

/** The last part of a typed config's type URL. */
function typeOf(config: unknown): string {
  return /[^.]*$/.exec(text(at(config, '@type')) ?? '')![0];
}

function httpRoutes(manager: unknown): RouteSummary[] {
  return list(at(manager, 'route_config', 'virtual_hosts')).flatMap((host) =>
    list(at(host, 'routes')).map((route) => ({
      domains: list(at(host, 'domains')).map((domain) => text(domain) ?? ''),
      match: matchText(at(route, 'match')),
      to: destination(route),
    })),
  );
}

function destination(route: unknown): RouteSummary['to'] {
  if (at(route, 'direct_response') !== undefined) {
    return { kind: 'answer', text: `answers ${text(at(route, 'direct_response', 'status')) ?? ''}`.trim() };
  }
  if (at(route, 'redirect') !== undefined) return { kind: 'answer', text: 'redirects' };
  return { kind: 'clusters', clusters: clusterNames(at(route, 'route')) };
}

function tcpRoutes(proxy: unknown): RouteSummary[] {
  return [{ domains: [], match: '', to: { kind: 'clusters', clusters: clusterNames(proxy) } }];
}

function clusterNames(action: unknown): string[] {
  const weighted = list(at(action, 'weighted_clusters', 'clusters')).map((cluster) => at(cluster, 'name'));
  return [at(action, 'cluster'), ...weighted].map(text).filter((name) => name !== undefined);
}

function matchText(match: unknown): string {
  const prefix = text(at(match, 'prefix')) ?? text(at(match, 'path_separated_prefix'));
  if (prefix !== undefined) return prefix;
  const path = text(at(match, 'path'));
  if (path !== undefined) return `= ${path}`;
  const regex = text(at(match, 'safe_regex', 'regex'));
  return regex === undefined ? '*' : `~ ${regex}`;
}
