import { fields, type SupportTable } from '../../../../bootstrap/support.ts';
import { dataSourceSupport } from '../../../data-source.ts';

const message = 'envoy.extensions.filters.network.redis_proxy.v3.RedisProxy';

/** What of the filter's API is implemented. */
export const supported: SupportTable = {
  ...dataSourceSupport,
  [message]: {
    ...fields(
      'stat_prefix',
      'settings',
      'latency_in_micros',
      'prefix_routes',
      'downstream_auth_username',
      'downstream_auth_password',
      'downstream_auth_passwords',
      'custom_commands',
    ),
    protocol_version: { values: ['RESP2'], noEffect: 'it is what is spoken' },
  },
  [`${message}.ConnPoolSettings`]: {
    ...fields(
      'op_timeout',
      'enable_hashtagging',
      'enable_redirection',
      'max_buffer_size_before_flush',
      'buffer_flush_timeout',
      'max_upstream_unknown_connections',
      'enable_command_stats',
      'connection_rate_limit',
    ),
    read_policy: { values: ['MASTER'], noEffect: 'only Redis clusters tell replicas from masters' },
  },
  [`${message}.ConnectionRateLimit`]: fields('connection_rate_limit_per_sec'),
  [`${message}.PrefixRoutes`]: fields('routes', 'case_insensitive', 'catch_all_route'),
  [`${message}.PrefixRoutes.Route`]: fields(
    'prefix',
    'remove_prefix',
    'cluster',
    'key_formatter',
    'read_command_policy',
  ),
  [`${message}.PrefixRoutes.Route.ReadCommandPolicy`]: fields('cluster'),
  'envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions': fields(
    'auth_username',
    'auth_password',
  ),
};
