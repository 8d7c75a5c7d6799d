import type { Case } from '../case.ts';
import { address } from '../config.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const times = (count: number) => Array(count).fill({ send: get });
const named = (...names: string[]) => ({
  cluster_name: 'up',
  endpoints: [
    {
      lb_endpoints: names.map((name) => ({
        endpoint: { address: { socket_address: { address: name, port_value: '<up>' } } },
      })),
    },
  ],
});
const resolver = {
  typed_dns_resolver_config: {
    name: 'envoy.network.dns_resolver.cares',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
      resolvers: [{ socket_address: { address: '127.0.0.1', port_value: '<dns>' } }],
      dns_resolver_options: { no_default_search_domain: true },
    },
  },
};
/** A cluster whose one name a scripted server knows, asked for again every 0.1 s. */
const cluster = (
  name: string,
  dns: NonNullable<Case['dns']>,
  more: Record<string, unknown>,
  test: Partial<Case> = {},
): Case => ({
  name: `dns/${name}`,
  dns,
  config: {
    clusters: {
      up: {
        type: 'STRICT_DNS',
        dns_lookup_family: 'V4_ONLY',
        dns_refresh_rate: '0.1s',
        load_assignment: named('up.lab'),
        ...resolver,
        ...more,
      },
    },
  },
  exchanges: times(1),
  stats: /^cluster\.up\.(membership_(total|healthy)|upstream_rq_(total|200|503)|upstream_cx_none_healthy)$/,
  ...test,
});
const here = ['127.0.0.1'];
const three = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const dnsCluster = (config: Record<string, unknown>) => ({
  type: undefined,
  dns_lookup_family: undefined,
  dns_refresh_rate: undefined,
  typed_dns_resolver_config: undefined,
  cluster_type: {
    name: 'envoy.clusters.dns',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster',
      ...resolver,
      dns_lookup_family: 'V4_ONLY',
      dns_refresh_rate: '0.1s',
      ...config,
    },
  },
});

/** Clusters whose endpoints are names. */
export const dns: readonly Case[] = [
  cluster('one-address', { 'up.lab/A': [here] }, {}),
  cluster(
    'round-robin-over-addresses',
    { 'up.lab/A': [['127.0.0.1', '127.0.0.1']] },
    {},
    { exchanges: times(3), logLines: 3 },
  ),
  cluster(
    'three-addresses-in-clusters',
    { 'up.lab/A': [three] },
    {},
    { exchanges: [], logLines: 0, admin: ['GET /clusters', 'GET /clusters?format=json'] },
  ),
  cluster('no-such-name', { 'up.lab/A': [{ code: 3 }] }, {}),
  cluster(
    'server-failure',
    { 'up.lab/A': [{ code: 2 }] },
    { dns_failure_refresh_rate: { base_interval: '0.1s', max_interval: '0.1s' } },
  ),
  cluster('refused', { 'up.lab/A': [{ code: 5 }] }, {}),
  cluster('empty-answer', { 'up.lab/A': [[]] }, {}),
  cluster(
    'comes-later',
    { 'up.lab/A': [{ code: 3 }, here] },
    {},
    { waitFor: { 'cluster.up.membership_total': 1 } },
  ),
  cluster(
    'grows',
    { 'up.lab/A': [here, three] },
    {},
    {
      waitFor: { 'cluster.up.membership_total': 3 },
      exchanges: [],
      logLines: 0,
      admin: ['GET /clusters?format=json'],
    },
  ),
  cluster(
    'failure-keeps-hosts',
    { 'up.lab/A': [here, { code: 2 }] },
    {},
    { waitFor: { 'cluster.up.update_failure': 2 } },
  ),
  cluster(
    'no-such-name-clears-hosts',
    { 'up.lab/A': [here, { code: 3 }] },
    {},
    { waitFor: { 'cluster.up.update_attempt': 4 } },
  ),
  cluster(
    'empty-answer-clears-hosts',
    { 'up.lab/A': [here, []] },
    {},
    { waitFor: { 'cluster.up.update_attempt': 4 } },
  ),
  cluster(
    'address-moves',
    { 'up.lab/A': [['127.0.0.7'], here] },
    {},
    { waitFor: { 'cluster.up.membership_change': 2 }, admin: ['GET /clusters?format=json'] },
  ),
  cluster(
    'two-names',
    { 'up.lab/A': [here], 'other.lab/A': [['127.0.0.2']] },
    { load_assignment: named('up.lab', 'other.lab') },
    { waitFor: { 'cluster.up.membership_total': 2 }, exchanges: [], logLines: 0, admin: ['GET /clusters'] },
  ),
  cluster(
    'two-names-of-one-address',
    { 'up.lab/A': [here], 'other.lab/A': [here] },
    { load_assignment: named('up.lab', 'other.lab') },
    { waitFor: { 'cluster.up.membership_total': 1 }, exchanges: times(2), admin: ['GET /clusters'] },
  ),
  cluster(
    'one-of-two-names-unknown',
    { 'up.lab/A': [here] },
    { load_assignment: named('nosuch.lab', 'up.lab') },
    { waitFor: { 'cluster.up.membership_total': 1 } },
  ),
  cluster('localhost-is-known', {}, { load_assignment: named('localhost') }),
  ...['AUTO', 'V6_ONLY', 'V4_PREFERRED', 'ALL'].map((family) =>
    cluster(
      `family-${family.toLowerCase()}`,
      { 'up.lab/A': [here], 'up.lab/AAAA': [['::1']] },
      { dns_lookup_family: family },
      { exchanges: [], logLines: 0, admin: ['GET /clusters'] },
    ),
  ),
  ...['AUTO', 'V6_ONLY', 'V4_PREFERRED', 'ALL'].map((family) =>
    cluster(
      `family-${family.toLowerCase()}-without-ipv6`,
      { 'up.lab/A': [here], 'up.lab/AAAA': [[]] },
      { dns_lookup_family: family },
    ),
  ),
  cluster(
    'logical',
    { 'up.lab/A': [three] },
    { type: 'LOGICAL_DNS' },
    { exchanges: times(2), admin: ['GET /clusters'] },
  ),
  cluster('logical-no-such-name', { 'up.lab/A': [{ code: 3 }] }, { type: 'LOGICAL_DNS' }),
  cluster(
    'logical-keeps-the-last',
    { 'up.lab/A': [here, { code: 3 }] },
    { type: 'LOGICAL_DNS' },
    { waitFor: { 'cluster.up.update_attempt': 4 } },
  ),
  cluster(
    'auto-host-rewrite',
    { 'up.lab/A': [here] },
    {},
    {
      config: {
        clusters: {
          up: {
            type: 'STRICT_DNS',
            dns_lookup_family: 'V4_ONLY',
            load_assignment: named('up.lab'),
            ...resolver,
          },
        },
        routes: [{ match: { prefix: '/' }, route: { cluster: 'up', auto_host_rewrite: true } }],
      },
    },
  ),
  cluster('cluster-type', { 'up.lab/A': [three] }, dnsCluster({}), {
    exchanges: [],
    logLines: 0,
    admin: ['GET /clusters'],
  }),
  cluster('cluster-type-serves', { 'up.lab/A': [here] }, dnsCluster({})),
  cluster('cluster-type-follows-changes', { 'up.lab/A': [here, three] }, dnsCluster({}), {
    waitFor: { 'cluster.up.membership_total': 3 },
    exchanges: [],
    logLines: 0,
  }),
  cluster(
    'cluster-type-logical',
    { 'up.lab/A': [three] },
    dnsCluster({ all_addresses_in_single_endpoint: true }),
    { exchanges: [], logLines: 0, admin: ['GET /clusters'] },
  ),
  cluster(
    'cluster-type-failure-refresh',
    { 'up.lab/A': [{ code: 2 }, here] },
    dnsCluster({
      dns_refresh_rate: '60s',
      dns_failure_refresh_rate: { base_interval: '0.1s', max_interval: '0.1s' },
    }),
    { waitFor: { 'cluster.up.membership_total': 1 } },
  ),
  {
    name: 'dns/name-in-a-static-cluster',
    refused: true,
    config: {
      extraClusters: [
        {
          name: 'named',
          load_assignment: {
            cluster_name: 'named',
            endpoints: [
              {
                lb_endpoints: [
                  { endpoint: { address: { socket_address: { address: 'up.lab', port_value: 1 } } } },
                ],
              },
            ],
          },
        },
      ],
    },
    exchanges: [],
  },
  {
    name: 'dns/logical-with-two-endpoints',
    refused: true,
    config: {
      extraClusters: [
        {
          name: 'two',
          type: 'LOGICAL_DNS',
          load_assignment: {
            cluster_name: 'two',
            endpoints: [{ lb_endpoints: [1, 2].map((port) => ({ endpoint: { address: address(port) } })) }],
          },
        },
      ],
    },
    exchanges: [],
  },
  cluster(
    'cluster-type-logical-with-two-endpoints',
    {},
    { ...dnsCluster({ all_addresses_in_single_endpoint: true }), load_assignment: named('a.lab', 'b.lab') },
    { refused: true, exchanges: [] },
  ),
];
