import type { envoy } from '../../bootstrap/api.generated.ts';
import { byteString } from '../format/bytes.ts';
import type { RequestHeaders } from '../http/headers.ts';
import { compileHostRewrite } from './action/host-rewrite.ts';
import { compilePathRewrite } from './action/path-rewrite.ts';
import { compileDurations } from './action/stream-durations.ts';
import { compileUpgradeConfigs } from './action/upgrade-configs.ts';
import { compileWeightedDraw } from './action/weighted-clusters.ts';
import { updateAuthority } from './authority.ts';
import { applyAll, baseRoute, contextOf } from './base-route.ts';
import type { Mutations, RouteEntry, RouteParts } from './entry.ts';
import { routeError } from './error.ts';
import { compileLevel } from './header-mutation.ts';
import type { ForwardAction } from './route.ts';

type RouteAction = envoy.config.route.v3.RouteAction;

const notFoundStatuses = { SERVICE_UNAVAILABLE: 503, NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 } as const;
const defaultTimeoutMs = 15_000;

/** What forwarding to one cluster (of perhaps several weighted ones) adds to its route. */
interface Target {
  cluster(headers: RequestHeaders): string;
  readonly mutations: Mutations;
  readonly hostRewrite: string;
}

/** A route to a cluster, or to several by weight. */
export function forwardEntry(action: RouteAction, parts: RouteParts): RouteEntry {
  const { config, match, context } = parts;
  const targets = compileTargets(action, parts);
  const weighted = action.weighted_clusters;
  return {
    match,
    routes: targets.map((target) => ({
      ...baseRoute(parts, target.mutations.response),
      forward: forwardAction(action, target, parts),
    })),
    pick: weighted && compileWeightedDraw(weighted, config.name ?? '', context),
  };
}

function compileTargets(action: RouteAction, { mutations, scope, context }: RouteParts): Target[] {
  const named = (name: string) => () => name;
  const fromHeader = (header: string) => {
    const name = byteString(header).toLowerCase();
    return (headers: RequestHeaders) => headers.lookup(name) ?? '';
  };
  if (action.weighted_clusters)
    return action.weighted_clusters.clusters.map((cluster) => {
      if (cluster.name) scope.useCluster(cluster.name, 'weighted cluster');
      const { request, response } = compileLevel(cluster, context.environment);
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
  target: Target,
  { match, scope, context }: RouteParts,
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
    ...compileUpgradeConfigs(action),
    durations: compileDurations(action),
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
