import { fields, type SupportTable } from '../../../../bootstrap/support.ts';

const message = 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy';

/** What of Envoy's TcpProxy is implemented. */
export const supported: SupportTable = {
  [message]: {
    ...fields(
      'stat_prefix',
      'cluster',
      'weighted_clusters',
      'idle_timeout',
      'access_log',
      'max_connect_attempts',
      'backoff_options',
      'hash_policy',
      'max_downstream_connection_duration',
      'max_downstream_connection_duration_jitter_percentage',
      'access_log_flush_interval',
      'flush_access_log_on_connected',
      'access_log_options',
      'max_early_data_bytes',
    ),
    upstream_connect_mode: { values: ['IMMEDIATE', 'ON_DOWNSTREAM_DATA'] },
    downstream_idle_timeout: { noEffect: 'Envoy’s tcp_proxy does not read it' },
    upstream_idle_timeout: { noEffect: 'Envoy’s tcp_proxy does not read it' },
  },
  [`${message}.WeightedCluster`]: fields('clusters'),
  [`${message}.WeightedCluster.ClusterWeight`]: fields('name', 'weight'),
  [`${message}.TcpAccessLogOptions`]: fields(
    'access_log_flush_interval',
    'flush_access_log_on_connected',
    'flush_access_log_on_start',
  ),
  'envoy.config.core.v3.BackoffStrategy': fields('base_interval', 'max_interval'),
  'envoy.type.v3.HashPolicy': fields('source_ip'),
  'envoy.type.v3.HashPolicy.SourceIp': {},
  'envoy.type.v3.Percent': fields('value'),
};
