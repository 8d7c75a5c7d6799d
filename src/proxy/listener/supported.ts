import { fields, type SupportTable } from '../../bootstrap/support.ts';

/** What of Envoy's listener API is implemented. */
export const supported: SupportTable = {
  'envoy.config.listener.v3.Listener': {
    ...fields(
      'name',
      'address',
      'stat_prefix',
      'filter_chains',
      'default_filter_chain',
      'per_connection_buffer_limit_bytes',
      'listener_filters',
      'listener_filters_timeout',
      'continue_on_listener_filters_timeout',
      'traffic_direction',
      'tcp_backlog_size',
    ),
    enable_reuse_port: { noEffect: 'all workers share one socket' },
    metadata: { noEffect: 'nothing here reads the metadata of listeners' },
    ignore_global_conn_limit: { noEffect: 'there is no overload manager' },
    bypass_overload_manager: { noEffect: 'there is no overload manager' },
    max_connections_to_accept_per_socket_event: { noEffect: 'a tuning of Envoy’s own event loop' },
  },
  'envoy.config.listener.v3.ListenerFilter': fields('name', 'typed_config'),
  'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector': {},
  'envoy.config.listener.v3.FilterChain': {
    ...fields('filter_chain_match', 'filters', 'transport_socket', 'name'),
    metadata: { noEffect: 'nothing here reads the metadata of filter chains' },
  },
  'envoy.config.listener.v3.FilterChainMatch': fields(
    'server_names',
    'transport_protocol',
    'application_protocols',
  ),
  'envoy.config.listener.v3.Filter': fields('name', 'typed_config'),
  'envoy.config.core.v3.TransportSocket': fields('name', 'typed_config'),
  'envoy.config.core.v3.Address': fields('socket_address', 'pipe'),
  'envoy.config.core.v3.SocketAddress': {
    protocol: { values: ['TCP'] },
    ...fields('address', 'port_value', 'ipv4_compat'),
  },
  'envoy.config.core.v3.Pipe': fields('path'),
};
