import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMessage } from '../../bootstrap/load.ts';
import { supported } from '../supported.ts';

const resolvers = [{ socket_address: { address: '127.0.0.1', port_value: 53 } }];

/** Everything the cluster code reads, with what belongs to it in other messages. */
const everything = {
  name: 'c',
  alt_stat_name: 'other',
  type: 'STRICT_DNS',
  connect_timeout: '1s',
  per_connection_buffer_limit_bytes: 1000,
  lb_policy: 'LEAST_REQUEST',
  least_request_lb_config: {
    choice_count: 3,
    active_request_bias: { default_value: 2, runtime_key: 'bias' },
  },
  common_lb_config: { healthy_panic_threshold: { value: 20 } },
  circuit_breakers: {
    thresholds: [
      { max_connections: 1, max_pending_requests: 1, max_requests: 1, max_retries: 1 },
      { priority: 'HIGH', max_connections: 2 },
    ],
  },
  dns_refresh_rate: '1s',
  dns_jitter: '0.1s',
  dns_failure_refresh_rate: { base_interval: '1s', max_interval: '2s' },
  respect_dns_ttl: true,
  dns_lookup_family: 'V4_PREFERRED',
  typed_dns_resolver_config: {
    name: 'envoy.network.dns_resolver.cares',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
      resolvers,
      dns_resolver_options: { no_default_search_domain: true },
      query_timeout_seconds: 1,
      query_tries: 2,
    },
  },
  upstream_connection_options: { tcp_keepalive: { keepalive_time: 10 } },
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http_protocol_options: { enable_trailers: true, allow_chunked_length: true } },
      common_http_protocol_options: {
        idle_timeout: '1s',
        max_connection_duration: '1s',
        max_headers_count: 10,
        max_response_headers_kb: 10,
        max_requests_per_connection: 10,
      },
    },
  },
  load_assignment: {
    cluster_name: 'c',
    endpoints: [
      {
        locality: { region: 'r', zone: 'z', sub_zone: 's' },
        lb_endpoints: [
          {
            endpoint: { address: resolvers[0], hostname: 'h' },
            health_status: 'DEGRADED',
            load_balancing_weight: 2,
            metadata: { filter_metadata: { 'envoy.lb': { canary: true } } },
          },
        ],
      },
    ],
  },
};

function problems(config: object): string[] {
  const checked = checkMessage('envoy.config.cluster.v3.Cluster', config, { support: supported });
  return checked.problems
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${path}: ${message}`);
}

test('what is read is accepted', () => {
  assert.deepEqual(problems(everything), []);
  assert.deepEqual(
    problems({
      name: 'c',
      type: 'STRICT_DNS',
      dns_resolution_config: { resolvers, dns_resolver_options: {} },
    }),
    [],
  );
  assert.deepEqual(
    problems({
      name: 'c',
      cluster_type: {
        name: 'envoy.clusters.dns',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster',
          dns_refresh_rate: '1s',
          dns_failure_refresh_rate: { base_interval: '1s', max_interval: '2s' },
          respect_dns_ttl: true,
          dns_jitter: '0.1s',
          dns_lookup_family: 'V4_ONLY',
          all_addresses_in_single_endpoint: true,
          typed_dns_resolver_config: everything.typed_dns_resolver_config,
        },
      },
    }),
    [],
  );
});

const refused: Record<string, object> = {
  type: { type: 'EDS' },
  lb_policy: { lb_policy: 'CLUSTER_PROVIDED' },
  health_checks: {
    health_checks: [
      {
        timeout: '1s',
        interval: '1s',
        unhealthy_threshold: 1,
        healthy_threshold: 1,
        tcp_health_check: {},
      },
    ],
  },
  outlier_detection: { outlier_detection: {} },
  upstream_bind_config: { upstream_bind_config: {} },
  close_connections_on_host_health_failure: { close_connections_on_host_health_failure: true },
  priority: { load_assignment: { cluster_name: 'c', endpoints: [{ priority: 1 }] } },
  typed_dns_resolver_config: {
    typed_dns_resolver_config: {
      name: 'x',
      typed_config: {
        '@type':
          'type.googleapis.com/envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig',
      },
    },
  },
  allow_metadata: {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: { allow_metadata: true } },
      },
    },
  },
};

for (const [field, config] of Object.entries(refused)) {
  test(`${field} is refused by name`, () => {
    const found = problems({ name: 'c', ...config });
    assert.ok(
      found.some((problem) => problem.includes(field) && problem.includes('not implemented')),
      found.join('\n'),
    );
  });
}
