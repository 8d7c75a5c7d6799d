import { fields, type SupportTable } from '../../bootstrap/support.ts';
import { balancers } from './balancer/balancer.ts';
import { discoveries } from './discovery/discovery.ts';

/** What of Envoy's cluster API is implemented. */
export const supported: SupportTable = {
  'envoy.config.cluster.v3.Cluster': {
    ...fields(
      'name',
      'alt_stat_name',
      'connect_timeout',
      'per_connection_buffer_limit_bytes',
      'load_assignment',
      'max_requests_per_connection',
      'circuit_breakers',
      'common_http_protocol_options',
      'http_protocol_options',
      'typed_extension_protocol_options',
      'dns_refresh_rate',
      'dns_jitter',
      'dns_failure_refresh_rate',
      'respect_dns_ttl',
      'dns_lookup_family',
      'dns_resolvers',
      'dns_resolution_config',
      'typed_dns_resolver_config',
      'least_request_lb_config',
      'common_lb_config',
      'upstream_connection_options',
      'metadata',
    ),
    type: { values: discoveries.map(({ type }) => type) },
    lb_policy: { values: balancers.map(({ name }) => name) },
    cleanup_interval: { noEffect: 'only ORIGINAL_DST clusters clean up by it' },
  },
  'envoy.config.cluster.v3.Cluster.RefreshRate': fields('base_interval', 'max_interval'),
  'envoy.config.cluster.v3.Cluster.LeastRequestLbConfig': fields('choice_count', 'active_request_bias'),
  'envoy.config.cluster.v3.Cluster.CommonLbConfig': fields('healthy_panic_threshold'),
  'envoy.config.cluster.v3.CircuitBreakers': fields('thresholds'),
  'envoy.config.cluster.v3.CircuitBreakers.Thresholds': fields(
    'priority',
    'max_connections',
    'max_pending_requests',
    'max_requests',
    'max_retries',
  ),
  'envoy.config.cluster.v3.UpstreamConnectionOptions': fields('tcp_keepalive'),
  'envoy.config.core.v3.TcpKeepalive': {
    ...fields('keepalive_time'),
  },
  'envoy.config.endpoint.v3.ClusterLoadAssignment': fields('cluster_name', 'endpoints'),
  'envoy.config.endpoint.v3.LocalityLbEndpoints': fields('locality', 'lb_endpoints'),
  'envoy.config.endpoint.v3.LbEndpoint': fields(
    'endpoint',
    'health_status',
    'metadata',
    'load_balancing_weight',
  ),
  'envoy.config.endpoint.v3.Endpoint': fields('address', 'hostname'),
  'envoy.config.core.v3.DnsResolutionConfig': fields('resolvers', 'dns_resolver_options'),
  'envoy.config.core.v3.DnsResolverOptions': fields('no_default_search_domain'),
  'envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig': fields(
    'resolvers',
    'dns_resolver_options',
    'query_timeout_seconds',
    'query_tries',
  ),
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': fields(
    'common_http_protocol_options',
    'explicit_http_config',
  ),
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions.ExplicitHttpConfig':
    fields('http_protocol_options'),
  'envoy.config.core.v3.HttpProtocolOptions': fields(
    'idle_timeout',
    'max_connection_duration',
    'max_requests_per_connection',
  ),
};
