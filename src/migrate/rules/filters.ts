import { EditMap, inherit, itemsOf, newMap } from '../../document/edit/node.ts';
import type { Rule } from '../rule.ts';

/** `cluster` of a Redis proxy became the route for all that no prefix takes. */
const redis: Rule = {
  of: 'envoy.extensions.filters.network.redis_proxy.v3.RedisProxy',
  apply(proxy) {
    const cluster = proxy.get('cluster');
    const routes = proxy.get('prefix_routes');
    if (cluster === undefined) return;
    const catchAll = newMap({ cluster });
    if (routes === undefined)
      proxy.replace('cluster', 'prefix_routes', newMap({ catch_all_route: catchAll }));
    else if (
      routes instanceof EditMap &&
      !routes.has('catch_all_route') &&
      !routes.has('catch_all_cluster')
    ) {
      proxy.take('cluster');
      routes.set('catch_all_route', catchAll);
    }
  },
};

const redisRoutes: Rule = {
  of: 'envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes',
  apply(routes) {
    const cluster = routes.get('catch_all_cluster');
    if (cluster !== undefined) routes.replace('catch_all_cluster', 'catch_all_route', newMap({ cluster }));
  },
};

/** The routes of the v1 API: one that takes every connection is a cluster, others are filter chain matches. */
const tcpRoutes: Rule = {
  of: 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
  apply(proxy, migration) {
    const old = proxy.get('deprecated_v1');
    if (!(old instanceof EditMap)) return;
    const routes = itemsOf(old.get('routes') ?? { kind: 'list', items: [], flow: true });
    const only = routes.length === 1 ? routes[0] : undefined;
    const cluster = only instanceof EditMap && only.pairs.length === 1 ? only.get('cluster') : undefined;
    if (cluster !== undefined && !proxy.has('cluster'))
      proxy.replace('deprecated_v1', 'cluster', inherit(old, cluster));
    else
      migration.lose(
        'deprecated_v1 has no v3 form',
        proxy.pair('deprecated_v1')!.key,
        'deprecated_v1',
        'give the listener a filter chain with a filter_chain_match for each route',
      );
  },
};

/** Code became a source, which may be a file too. */
const lua: Rule = {
  of: 'envoy.extensions.filters.http.lua.v3.Lua',
  apply(filter) {
    const code = filter.get('inline_code');
    if (code !== undefined && !filter.has('default_source_code'))
      filter.replace('inline_code', 'default_source_code', newMap({ inline_string: code }));
  },
};

/** The alpha of the authorization service is gone with the v2 API. */
const extAuthz: Rule = {
  of: 'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz',
  apply(filter) {
    filter.drop('use_alpha');
  },
};

export const filterRules: readonly Rule[] = [redis, redisRoutes, tcpRoutes, lua, extAuthz];
