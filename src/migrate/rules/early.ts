import {
  EditMap,
  type EditNode,
  inherit,
  newList,
  newMap,
  takeItems,
  wrapItem,
} from '../../document/edit/node.ts';
import { newText } from '../../document/edit/read.ts';
import type { Migration } from '../migration.ts';
import type { Rule } from '../rule.ts';
import { asMap, isTrue, textOf, typedConfig } from '../typed.ts';

/** A switch for an order that was fixed in Envoy 1.9, and that nobody can choose since 1.11. */
function fixedOrder(of: string, field: string): Rule {
  return {
    of,
    apply(message, migration) {
      const pair = message.drop(field);
      if (pair !== undefined && !isTrue(pair.value))
        migration.note(`${field} is left out: filters see answers last to first now`, pair.key);
    },
  };
}

/** Headers that an action of a route changed are changed by the route. */
const actionHeaders: Rule = {
  of: 'envoy.config.route.v3.Route',
  apply(route) {
    const action = route.get('route');
    if (!(action instanceof EditMap)) return;
    for (const field of ['request_headers_to_add', 'response_headers_to_add', 'response_headers_to_remove']) {
      const present = route.get(field);
      if (present === undefined) {
        action.move(field, route);
        continue;
      }
      const moved = action.take(field);
      // The action's came first.
      if (moved !== undefined) route.set(field, newList([...takeItems(moved.value), ...takeItems(present)]));
    }
  },
};

/** What let WebSocket through became one of the upgrades. */
const webSocket: Rule = {
  of: 'envoy.config.route.v3.RouteAction',
  apply(action, migration) {
    for (const field of ['use_websocket', 'websocket_config']) {
      const given = action.get(field);
      if (given === undefined) continue;
      if (given instanceof EditMap && given.pairs.length > 0)
        lose(action, migration, field, 'use upgrade_configs, and the timeouts of the route');
      else if (action.has('upgrade_configs') || (field === 'use_websocket' && !isTrue(given)))
        action.drop(field);
      else {
        const upgrade = newMap({ upgrade_type: newText('websocket') });
        action.replace(field, 'upgrade_configs', inherit(given, newList([upgrade])));
      }
    }
  },
};

/** The check of Redis became an extension. */
const redisCheck: Rule = {
  of: 'envoy.config.core.v3.HealthCheck',
  apply(check) {
    const redis = check.get('redis_health_check');
    if (redis === undefined) return;
    const typed_config = typedConfig('envoy.extensions.health_checkers.redis.v3.Redis', redis);
    const custom = newMap({ name: newText('envoy.health_checkers.redis'), typed_config });
    check.replace('redis_health_check', 'custom_health_check', custom);
  },
};

/** The path that the filter answers became a matcher of headers. */
const checkedPath: Rule = {
  of: 'envoy.extensions.filters.http.health_check.v3.HealthCheck',
  apply(filter) {
    const path = filter.get('endpoint');
    if (path === undefined) return;
    const matcher = newMap({ name: newText(':path'), string_match: newMap({ exact: path }) });
    if (filter.has('headers')) filter.drop('endpoint');
    else filter.replace('endpoint', 'headers', newList([matcher]));
  },
};

/** The name in a certificate became a matcher. */
const principalName: Rule = {
  of: 'envoy.config.rbac.v3.Principal.Authenticated',
  apply(principal) {
    const name = principal.get('name');
    if (name === undefined || principal.has('principal_name')) return;
    principal.replace('name', 'principal_name', newMap({ exact: name }));
  },
};

const envoyGrpc = (cluster_name: EditNode): EditMap => newMap({ envoy_grpc: newMap({ cluster_name }) });

/** Clusters that are asked over gRPC became services; those that are asked over REST stay. */
const grpcClusters: Rule = {
  of: 'envoy.config.core.v3.ApiConfigSource',
  apply(source) {
    const names = source.get('cluster_names');
    const isGrpc = /grpc/i.test(textOf(source.get('api_type')) ?? '');
    if (names === undefined || !isGrpc || source.has('grpc_services')) return;
    const services = takeItems(names).map((name) => wrapItem(name, envoyGrpc));
    source.replace('cluster_names', 'grpc_services', newList(services));
  },
};

const rateLimitCluster: Rule = {
  of: 'envoy.config.ratelimit.v3.RateLimitServiceConfig',
  apply(service) {
    service.drop('use_data_plane_proto');
    const cluster = service.get('cluster_name');
    if (cluster !== undefined && !service.has('grpc_service'))
      service.replace('cluster_name', 'grpc_service', envoyGrpc(cluster));
  },
};

/** What was offered as one text, with commas, became a list. */
const alpn: Rule = {
  of: 'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext',
  apply(context) {
    const old = asMap(context.take('deprecated_v1')?.value);
    const protocols = textOf(old.get('alpn_protocols'));
    if (protocols === undefined || context.has('alpn_protocols')) return;
    const names = protocols.split(',').map((name) => newText(name.trim()));
    context.set('alpn_protocols', newList(names));
  },
};

const stdHash: Rule = {
  of: 'envoy.config.cluster.v3.Cluster.RingHashLbConfig',
  apply(config) {
    config.drop('deprecated_v1');
  },
};

function lose(message: EditMap, migration: Migration, field: string, hint: string): void {
  const pair = message.pair(field);
  if (pair !== undefined) migration.lose(`${field} has no v3 form`, pair.key, field, hint);
}

const requestTime: Rule = {
  of: 'envoy.extensions.filters.http.buffer.v3.Buffer',
  apply(filter, migration) {
    lose(filter, migration, 'max_request_time', 'set request_timeout of the HTTP connection manager');
  },
};

const rateLimitService: Rule = {
  of: 'envoy.config.bootstrap.v3.Bootstrap',
  apply(bootstrap, migration) {
    const hint = 'set rate_limit_service of each rate limit filter';
    lose(bootstrap, migration, 'rate_limit_service', hint);
  },
};

const legacy: Rule = {
  of: 'envoy.config.core.v3.ApiConfigSource',
  apply(source, migration) {
    if (/^(UNSUPPORTED_)?REST_LEGACY$/i.test(textOf(source.get('api_type')) ?? ''))
      migration.lose('the v1 API has no v3 form', source.get('api_type'), 'api_type', 'use api_type: REST');
  },
};

const manager = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

/** Fields of the first v2 configs (Envoy 1.5 to 1.9) that later v2 did not have any more. */
export const earlyRules: readonly Rule[] = [
  fixedOrder('envoy.config.listener.v3.Listener', 'bugfix_reverse_write_filter_order'),
  fixedOrder(manager, 'bugfix_reverse_encode_order'),
  actionHeaders,
  webSocket,
  redisCheck,
  checkedPath,
  principalName,
  grpcClusters,
  rateLimitCluster,
  alpn,
  stdHash,
  requestTime,
  rateLimitService,
  legacy,
];
