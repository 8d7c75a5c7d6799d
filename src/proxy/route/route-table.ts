import type { envoy } from '../../bootstrap/api.generated.ts';
import { byteString } from '../format/bytes.ts';
import type { RequestHeaders } from '../http/headers.ts';
import { tlsRedirectLocation } from './action/redirect.ts';
import type { RouteContext } from './context.ts';
import { compileRoute, type RouteScope } from './entry.ts';
import { routeError } from './error.ts';
import { compileLevel, type MutationLevel } from './header-mutation.ts';
import { pathOnly } from './match/path.ts';
import type { Route, RouteTable } from './route.ts';
import { RouteIndex } from './route-index.ts';
import { DomainIndex } from './virtual-host.ts';

type RouteConfiguration = envoy.config.route.v3.RouteConfiguration;
type VirtualHostConfig = envoy.config.route.v3.VirtualHost;

/** Envoy's limit for bodies of direct responses, bytes. */
const defaultMaxDirectResponseBody = 4096;

interface VirtualHost {
  readonly routes: RouteIndex;
  /** Whether this request must come again by TLS. */
  readonly needsTls: ((headers: RequestHeaders) => boolean) | undefined;
  readonly tlsRedirect: Route;
}

/**
 * Compiles a RouteConfiguration: all that can be worked out without a request is worked out here.
 *
 * @throws LabError in Envoy's words for what Envoy refuses: domains twice, clusters that do not exist, bad regular
 *   expressions and format strings
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route.proto
 */
export function compileRoutes(config: RouteConfiguration, context: RouteContext): RouteTable {
  const clusters = new Set<string>();
  const known = (config.validate_clusters ?? true) ? context.clusters : undefined;
  const level = compileLevel(config, context.environment);
  const domains = new DomainIndex<VirtualHost>(config);
  for (const virtualHost of config.virtual_hosts ?? []) {
    const scope = routeScope(config, level, virtualHost, context, (name, kind) => {
      if (known && !known.has(name)) throw routeError(`route: unknown ${kind} '${name}'`);
      clusters.add(name);
    });
    const compiled = compileVirtualHost(virtualHost, scope, context);
    for (const domain of virtualHost.domains) domains.add(byteString(domain), compiled);
  }

  const ignoreParameters = config.ignore_path_parameters_in_path_matching ?? false;
  return {
    name: config.name ?? '',
    clusters,
    internalOnlyHeaders: (config.internal_only_headers ?? []).map((name) => name.toLowerCase()),
    match(headers) {
      const virtualHost = domains.find(headers);
      if (virtualHost === undefined) return null;
      if (virtualHost.needsTls?.(headers)) return virtualHost.tlsRedirect;
      let path = pathOnly(headers.path);
      if (ignoreParameters) path = path.replaceAll(/;[^/]*/g, '');
      return matchRoutes(virtualHost.routes, headers, path, context);
    },
  };
}

function matchRoutes(
  routes: RouteIndex,
  headers: RequestHeaders,
  path: string,
  context: RouteContext,
): Route | null {
  // What asks for a tunnel has no path, and no route that looks at paths is its.
  const pathless = path === '';
  // One draw a request, made when something asks for it: all conditions and weights share it, as in Envoy.
  let random = -1;
  const found = routes.find(path, (entry) => {
    const { match, pick } = entry;
    if (pathless && !match.connect) return undefined;
    if (match.conditions === undefined && pick === undefined) return entry.routes[0]!;
    if (random < 0) random = context.random();
    if (match.conditions !== undefined && !match.conditions(headers, random)) return undefined;
    return entry.routes[pick?.(headers, random) ?? 0] ?? null;
  });
  return found ?? null;
}

function routeScope(
  config: RouteConfiguration,
  configLevel: MutationLevel,
  virtualHost: VirtualHostConfig,
  context: RouteContext,
  useCluster: RouteScope['useCluster'],
): RouteScope {
  const hostLevel = compileLevel(virtualHost, context.environment);
  const specificLast = config.most_specific_header_mutations_wins ?? false;
  return {
    virtualHost,
    maxDirectResponseBody: config.max_direct_response_body_size_bytes ?? defaultMaxDirectResponseBody,
    useCluster,
    order(own, direction) {
      const levels = [own, hostLevel[direction], configLevel[direction]];
      if (specificLast) levels.reverse();
      return levels.filter((mutation) => mutation !== undefined);
    },
  };
}

function compileVirtualHost(
  config: VirtualHostConfig,
  scope: RouteScope,
  context: RouteContext,
): VirtualHost {
  const entries = (config.routes ?? []).map((route) => compileRoute(route, scope, context));
  return {
    routes: new RouteIndex(entries),
    needsTls: tlsRequirement(config),
    tlsRedirect: tlsRedirectRoute(config),
  };
}

function tlsRequirement(config: VirtualHostConfig): ((headers: RequestHeaders) => boolean) | undefined {
  const plain = (headers: RequestHeaders): boolean =>
    (headers.get('x-forwarded-proto') ?? headers.scheme) !== 'https';
  if (config.require_tls === 'ALL') return plain;
  if (config.require_tls === 'EXTERNAL_ONLY')
    return (headers) => plain(headers) && headers.get('x-envoy-internal') !== 'true';
  return undefined;
}

function tlsRedirectRoute(config: VirtualHostConfig): Route {
  return {
    name: '',
    virtualHost: byteString(config.name),
    directReply: (request) => ({
      status: 301,
      body: '',
      details: 'direct_response',
      modifyHeaders: (headers) => headers.set('location', tlsRedirectLocation(request)),
    }),
    finalizeResponseHeaders() {},
  };
}
