import type { envoy } from '../../bootstrap/api.generated.ts';
import type { RequestHeaders } from '../http/headers.ts';
import type { RouteContext } from './context.ts';
import { forwardEntry } from './forward-route.ts';
import { compileLevel, type HeaderMutation } from './header-mutation.ts';
import { compileRouteMatch, type RouteMatch } from './match/route-match.ts';
import { directRoute, redirectRoute } from './reply-route.ts';
import type { Route } from './route.ts';

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

/** What the kinds of routes are compiled from. */
export interface RouteParts {
  readonly config: envoy.config.route.v3.Route;
  readonly match: RouteMatch;
  readonly mutations: Mutations;
  readonly scope: RouteScope;
  readonly context: RouteContext;
}

/** A compiled route: what it matches, and what a match leads to. */
export interface RouteEntry {
  readonly match: RouteMatch;
  /** The one route; several of weighted clusters, of which `pick` draws one. */
  readonly routes: readonly Route[];
  readonly pick: ((headers: RequestHeaders, random: number) => number) | undefined;
}

/** Compiles envoy.config.route.v3.Route. */
export function compileRoute(
  config: envoy.config.route.v3.Route,
  scope: RouteScope,
  context: RouteContext,
): RouteEntry {
  const match = compileRouteMatch(config.match, context.runtime);
  const own = compileLevel(config, context.environment);
  const mutations: Mutations = {
    request: scope.order(own.request, 'request'),
    response: scope.order(own.response, 'response'),
  };
  const parts: RouteParts = { config, match, mutations, scope, context };
  if (config.route) return forwardEntry(config.route, parts);
  const route = config.redirect
    ? redirectRoute(config.redirect, parts)
    : directRoute(config.direct_response!, parts);
  return { match, routes: [route], pick: undefined };
}
