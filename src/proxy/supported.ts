import { fields, mergeSupport, type SupportTable } from '../bootstrap/support.ts';
import { accessLogSupport } from './access-log/compile.ts';
import { supported as clusters } from './cluster/support.ts';
import { httpFilters } from './filters/http/registry.ts';
import { listenerFilters } from './filters/listener/registry.ts';
import { networkFilters } from './filters/network/registry.ts';
import { udpListenerFilters } from './filters/udp/registry.ts';
import { supported as listeners } from './listener/supported.ts';
import { routeSupport } from './route/support.ts';
import { runtimeSupport } from './runtime/layered-runtime.ts';
import { statsConfigSupport } from './stats/config.ts';
import { downstreamTransports, upstreamTransports } from './transport-sockets/registry.ts';

const bootstrap: SupportTable = {
  'envoy.config.bootstrap.v3.Bootstrap': {
    ...fields(
      'node',
      'static_resources',
      'layered_runtime',
      'admin',
      'stats_flush_interval',
      'stats_config',
      'stats_server_version_override',
    ),
    watchdogs: { noEffect: 'there is no watchdog to configure' },
  },
  'envoy.config.bootstrap.v3.Bootstrap.StaticResources': fields('listeners', 'clusters'),
  'envoy.config.bootstrap.v3.Admin': {
    ...fields('address', 'access_log', 'access_log_path', 'allow_paths'),
    profile_path: { noEffect: 'profiles are taken with Node’s own tools' },
    ignore_global_conn_limit: { noEffect: 'there is no overload manager' },
  },
  'envoy.config.core.v3.Node': {
    ...fields('id', 'cluster', 'locality', 'metadata', 'user_agent_name'),
    user_agent_version: { noEffect: 'a proxy puts its own build version in its place, as Envoy does' },
  },
  'envoy.config.core.v3.Locality': fields('region', 'zone', 'sub_zone'),
  'envoy.config.core.v3.Metadata': fields('filter_metadata'),
};

/** Everything of Envoy's API that this data plane implements. */
export const supported: SupportTable = mergeSupport([
  bootstrap,
  listeners,
  clusters,
  routeSupport,
  runtimeSupport,
  accessLogSupport,
  statsConfigSupport,
  ...listenerFilters.map((extension) => extension.supported),
  ...udpListenerFilters.map((extension) => extension.supported),
  ...networkFilters.map((extension) => extension.supported),
  ...httpFilters.map((extension) => extension.supported),
  ...downstreamTransports.map((extension) => extension.supported),
  ...upstreamTransports.map((extension) => extension.supported),
]);
