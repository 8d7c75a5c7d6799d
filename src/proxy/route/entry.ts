import type { envoy } from '../../bootstrap/api.generated.ts';
import { byteString } from '../format/bytes.ts';
import type { FormatContext } from '../format/context.ts';
import type { LocalReply } from '../http/filter.ts';
import type { RequestHeaders, ResponseHeaders } from '../http/headers.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import { compileBodyFormat, directResponseBody } from './action/direct-response.ts';
import { compileHostRewrite } from './action/host-rewrite.ts';
import { compilePathRewrite } from './action/path-rewrite.ts';
import { compileRedirect, ownLocation } from './action/redirect.ts';
import { compileWeightedDraw } from './action/weighted-clusters.ts';
import { updateAuthority } from './authority.ts';
import type { RouteContext } from './context.ts';
import { routeError } from './error.ts';
import { compileHeaderMutation, type HeaderMutation } from './header-mutation.ts';
import { compileRouteMatch, type RouteMatch } from './match/route-match.ts';
import type { ForwardAction, Route } from './route.ts';

type RouteConfig = envoy.config.route.v3.Route;
type RouteAction = envoy.config.route.v3.RouteAction;

/** The header changes of the levels around a route, in the order they are applied. */
export interface Mutations {
  readonly request: readonly HeaderMutation[];
  readonly response: readonly HeaderMutation[];
}

/** What a route takes from its virtual host and route configuration. */
export interface RouteScope {
  readonly virtualHost: envoy.config.route.v3.VirtualHost;
  readonly maxDirectResponseBody: number;
  /** Puts a route's own mutations in order with those of the levels above. */
  order(own: HeaderMutation | undefined, direction: 'request' | 'response'): readonly HeaderMutation[];
  /** Notes a cluster that is routed to. */
  useCluster(name: string, kind: 'cluster' | 'weighted cluster'): void;
}

/** A compiled route: what it matches, and what a match leads to. */
export interface RouteEntry {
  readonly match: RouteMatch;
  /** The one route; several of weighted clusters, of which `pick` draws one. */
  readonly routes: readonly Route[];
  readonly pick: ((headers: RequestHeaders, random: number) => number) | undefined;
}

const notFoundStatuses = { SERVICE_UNAVAILABLE: 503, NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 } as const;
const defaultTimeoutMs = 15_000;

function contextOf(
  info: StreamInfo,
  request: RequestHeaders,
  response: ResponseHeaders | undefined,
): FormatContext {
  return { info, request, response };
}

function applyAll(
  mutations: readonly HeaderMutation[],
  headers: RequestHeaders | ResponseHeaders,
  context: FormatContext,
): void {
  for (const mutation of mutations) mutation.apply(headers, context);
}

/** Compiles envoy.config.route.v3.Route. */
export function compileRoute(config: RouteConfig, scope: RouteScope, context: RouteContext): RouteEntry {
  const match = compileRouteMatch(config.match, context.runtime);
  const own = {
    request: compileHeaderMutation(
      config.request_headers_to_add,
      config.request_headers_to_remove,
      context.environment,
    ),
    response: compileHeaderMutation(
      config.response_headers_to_add,
      config.response_headers_to_remove,
      context.environment,
    ),
  };
  const mutations: Mutations = {
    request: scope.order(own.request, 'request'),
    response: scope.order(own.response, 'response'),
  };
  if (config.route) return forwardEntry(config, config.route, match, mutations, scope, context);
  const route = config.redirect
    ? redirectRoute(config, config.redirect, match, mutations, scope, context)
    : directRoute(config, mutations, scope, context);
  return { match, routes: [route], pick: undefined };
}

function baseRoute(config: RouteConfig, scope: RouteScope, response: readonly HeaderMutation[]) {
  return {
    name: byteString(config.name ?? ''),
    virtualHost: byteString(scope.virtualHost.name),
    finalizeResponseHeaders(headers: ResponseHeaders, request: RequestHeaders, info: StreamInfo): void {
      if (response.length > 0) applyAll(response, headers, contextOf(info, request, headers));
    },
  };
}

function directRoute(
  config: RouteConfig,
  mutations: Mutations,
  scope: RouteScope,
  context: RouteContext,
): Route {
  const direct = config.direct_response!;
  const base = baseRoute(config, scope, mutations.response);
  const status = direct.status ?? 200;
  const body = directResponseBody(direct, scope.maxDirectResponseBody, context);
  const format = compileBodyFormat(direct, context);
  const located = status === 201 || (status >= 300 && status < 400);
  return {
    ...base,
    directReply(request, info): LocalReply {
      return {
        status,
        body: format ? format.print({ ...contextOf(info, request, undefined), localReplyBody: body }) : body,
        details: 'direct_response',
        modifyHeaders(headers) {
          if (located) headers.set('location', ownLocation(request));
          base.finalizeResponseHeaders(headers, request, info);
          if (format?.contentType !== undefined) headers.set('content-type', format.contentType);
        },
      };
    },
  };
}

function redirectRoute(
  config: RouteConfig,
  redirectConfig: envoy.config.route.v3.RedirectAction,
  match: RouteMatch,
  mutations: Mutations,
  scope: RouteScope,
  context: RouteContext,
): Route {
  const base = baseRoute(config, scope, mutations.response);
  const redirect = compileRedirect(redirectConfig, match, context);
  return {
    ...base,
    directReply(request, info): LocalReply {
      if (redirect.rewrite) {
        // The access log shows the path the client is sent to, and the one it asked for beside it.
        const path = redirect.rewrite(request.path, contextOf(info, request, undefined));
        if (path !== undefined) {
          request.set('x-envoy-original-path', request.path);
          request.path = path;
        }
      }
      const location = redirect.location(request);
      return {
        status: redirect.status,
        body: '',
        details: 'direct_response',
        modifyHeaders(headers) {
          headers.set('location', location);
          base.finalizeResponseHeaders(headers, request, info);
        },
      };
    },
  };
}

/** What forwarding to one cluster (of perhaps several weighted ones) adds to its route. */
interface Target {
  cluster(headers: RequestHeaders): string;
  readonly mutations: Mutations;
  readonly hostRewrite: string;
}

function forwardEntry(
  config: RouteConfig,
  action: RouteAction,
  match: RouteMatch,
  mutations: Mutations,
  scope: RouteScope,
  context: RouteContext,
): RouteEntry {
  const targets = compileTargets(action, mutations, scope, context);
  const weighted = action.weighted_clusters;
  return {
    match,
    routes: targets.map((target) => ({
      ...baseRoute(config, scope, target.mutations.response),
      forward: forwardAction(action, match, target, scope, context),
    })),
    pick: weighted && compileWeightedDraw(weighted, config.name ?? '', context),
  };
}

function compileTargets(
  action: RouteAction,
  mutations: Mutations,
  scope: RouteScope,
  context: RouteContext,
): Target[] {
  const named = (name: string) => () => name;
  const fromHeader = (header: string) => {
    const name = byteString(header).toLowerCase();
    return (headers: RequestHeaders) => headers.lookup(name) ?? '';
  };
  if (action.weighted_clusters)
    return action.weighted_clusters.clusters.map((cluster) => {
      if (cluster.name) scope.useCluster(cluster.name, 'weighted cluster');
      const environment = context.environment;
      const request = compileHeaderMutation(
        cluster.request_headers_to_add,
        cluster.request_headers_to_remove,
        environment,
      );
      const response = compileHeaderMutation(
        cluster.response_headers_to_add,
        cluster.response_headers_to_remove,
        environment,
      );
      return {
        cluster: cluster.name ? named(cluster.name) : fromHeader(cluster.cluster_header ?? ''),
        mutations: {
          request: request ? [request, ...mutations.request] : mutations.request,
          response: response ? [response, ...mutations.response] : mutations.response,
        },
        hostRewrite: byteString(cluster.host_rewrite_literal ?? ''),
      };
    });
  if (action.cluster_header)
    return [{ cluster: fromHeader(action.cluster_header), mutations, hostRewrite: '' }];
  if (!action.cluster) throw routeError('a route needs cluster, cluster_header or weighted_clusters');
  scope.useCluster(action.cluster, 'cluster');
  return [{ cluster: named(action.cluster), mutations, hostRewrite: '' }];
}

function forwardAction(
  action: RouteAction,
  match: RouteMatch,
  target: Target,
  scope: RouteScope,
  context: RouteContext,
): ForwardAction {
  const pathRewrite = compilePathRewrite(action, match, context);
  const hostRewrite = compileHostRewrite(action, context);
  const appendForwardedHost = action.append_x_forwarded_host ?? false;
  const mutations = target.mutations.request;
  return {
    cluster: target.cluster,
    clusterNotFoundStatus: notFoundStatuses[action.cluster_not_found_response_code ?? 'SERVICE_UNAVAILABLE'],
    timeoutMs: action.timeout ?? defaultTimeoutMs,
    idleTimeoutMs: action.idle_timeout,
    autoHostRewrite: action.auto_host_rewrite ?? false,
    appendForwardedHost,
    includeRequestAttemptCount: scope.virtualHost.include_request_attempt_count ?? false,
    includeAttemptCountInResponse: scope.virtualHost.include_attempt_count_in_response ?? false,
    finalizeRequestHeaders(headers, info, _cluster, keepOriginal = true) {
      if (mutations.length === 0 && !hostRewrite && !pathRewrite && target.hostRewrite === '') return;
      const format = contextOf(info, headers, undefined);
      applyAll(mutations, headers, format);
      if (target.hostRewrite !== '') headers.authority = target.hostRewrite;
      const host = hostRewrite ? hostRewrite(headers, format) : '';
      if (host !== '') updateAuthority(headers, host, { appendForwardedHost, keepOriginal });
      if (pathRewrite) {
        const path = pathRewrite(headers.path, format);
        if (path === undefined) return;
        if (keepOriginal) headers.set('x-envoy-original-path', headers.path);
        headers.path = path;
      }
    },
  };
}
