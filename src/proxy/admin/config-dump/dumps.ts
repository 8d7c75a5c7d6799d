import { typeNameOf } from '../../../bootstrap/any.ts';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import type { Server } from '../../server/server.ts';
import { nodeOf } from '../pages/server-info.ts';
import { printAs } from './print.ts';

type Json = Record<string, unknown>;

/** One part of `/config_dump`: a message of envoy.admin.v3. */
export interface Dump {
  /** Full name of its type. */
  readonly type: string;
  readonly content: Json;
}

const admin = (name: string): string => `envoy.admin.v3.${name}`;
const time = (ms: number): string => new Date(ms).toISOString();
const asJson = (message: unknown): Json => message as Json;

/** Left out when empty, as protobuf's JSON does. */
function list(name: string, items: readonly Json[]): Json {
  return items.length === 0 ? {} : { [name]: items };
}

function bootstrapDump(server: Server): Dump {
  const { user_agent_build_version: build, ...node } = nodeOf(server);
  const shown = printAs('envoy.config.bootstrap.v3.Bootstrap', { ...asJson(server.bootstrap), node });
  delete shown['@type'];
  const withBuild = {
    ...asJson(shown.node),
    user_agent_build_version: build,
    extensions: node.extensions,
  };
  return {
    type: admin('BootstrapConfigDump'),
    content: { bootstrap: { ...shown, node: withBuild }, last_updated: time(server.startedAt) },
  };
}

function clustersDump(server: Server, name: Matcher): Dump {
  const all = Array.from(server.clusters.clusters).filter((cluster) => name(cluster.name));
  const entry = ({ config }: (typeof all)[number]): Json => ({
    cluster: printAs('envoy.config.cluster.v3.Cluster', asJson(config)),
    last_updated: time(server.startedAt),
  });
  return {
    type: admin('ClustersConfigDump'),
    content: {
      ...list('static_clusters', all.filter((cluster) => !cluster.addedViaApi).map(entry)),
      ...list('dynamic_active_clusters', all.filter((cluster) => cluster.addedViaApi).map(entry)),
    },
  };
}

/** The endpoints as they are now, not as configured. */
function endpointsDump(server: Server, name: Matcher): Dump {
  const all = Array.from(server.clusters.clusters).filter((cluster) => name(cluster.name));
  const entries = all.map((cluster) => ({
    endpoint_config: {
      '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
      cluster_name: cluster.name,
      ...list(
        'endpoints',
        cluster.hosts.map((host) => ({
          locality: {},
          lb_endpoints: [
            {
              endpoint: {
                address: {
                  socket_address: { address: host.address.address, port_value: host.address.port },
                },
                health_check_config: {},
                ...(host.hostname === '' ? {} : { hostname: host.hostname }),
              },
              health_status: 'HEALTHY',
              load_balancing_weight: host.weight,
            },
          ],
          load_balancing_weight: 0,
        })),
      ),
      policy: { overprovisioning_factor: 140 },
    },
  }));
  return { type: admin('EndpointsConfigDump'), content: list('static_endpoint_configs', entries) };
}

function listenersDump(server: Server, name: Matcher): Dump {
  const all = server.listeners.listeners.filter(({ listener }) => name(listener.name));
  const entry = ({ listener, lastUpdated }: (typeof all)[number]): Json => ({
    listener: printAs('envoy.config.listener.v3.Listener', asJson(listener.config)),
    last_updated: time(lastUpdated),
  });
  const dynamic = all.filter(({ isStatic }) => !isStatic);
  return {
    type: admin('ListenersConfigDump'),
    content: {
      ...list('static_listeners', all.filter(({ isStatic }) => isStatic).map(entry)),
      ...list(
        'dynamic_listeners',
        dynamic.map((active) => ({ name: active.listener.name, active_state: entry(active) })),
      ),
    },
  };
}

/** The route configurations in connection managers, in the order of the listeners. */
function routesDump(server: Server, name: Matcher): Dump {
  const entries = server.listeners.listeners.flatMap(({ listener, lastUpdated }) =>
    routeConfigs(listener.config)
      .filter((config) => name(config.name ?? ''))
      .map((config) => ({
        route_config: printAs('envoy.config.route.v3.RouteConfiguration', asJson(config)),
        last_updated: time(lastUpdated),
      })),
  );
  return { type: admin('RoutesConfigDump'), content: list('static_route_configs', entries) };
}

const connectionManager = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

function routeConfigs(
  listener: envoy.config.listener.v3.Listener,
): envoy.config.route.v3.RouteConfiguration[] {
  const chains = [...(listener.filter_chains ?? [])];
  if (listener.default_filter_chain) chains.push(listener.default_filter_chain);
  return chains
    .flatMap((chain) => chain.filters ?? [])
    .flatMap(({ typed_config: config }) =>
      config !== undefined && typeNameOf(config) === connectionManager && config.route_config !== undefined
        ? [config.route_config as envoy.config.route.v3.RouteConfiguration]
        : [],
    );
}

/** Says whether something of that name is asked for. */
export type Matcher = (name: string) => boolean;

/** All parts, in Envoy's order. */
export function allDumps(server: Server, name: Matcher, includeEndpoints: boolean): Dump[] {
  return [
    bootstrapDump(server),
    clustersDump(server, name),
    ...(includeEndpoints ? [endpointsDump(server, name)] : []),
    listenersDump(server, name),
    { type: admin('ScopedRoutesConfigDump'), content: {} },
    routesDump(server, name),
    { type: admin('SecretsConfigDump'), content: {} },
  ];
}
