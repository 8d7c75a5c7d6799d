import type { Case } from '../case.ts';
import { address, endpoints } from '../config.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const times = (count: number) => Array(count).fill({ send: get });
const answer = (status: string) => ({
  answers: [{ raw: `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n` }],
});

/** Clusters: what is counted, what happens when endpoints are missing or full. */
export const clusters: readonly Case[] = [
  {
    name: 'clusters/response-code-stats',
    upstreams: {
      up: {
        answers: ['200 OK', '201 Created', '301 Moved', '404 Not Found', '503 Service Unavailable'].flatMap(
          (status) => answer(status).answers,
        ),
      },
    },
    exchanges: times(5),
    stats: /^(cluster\.up\.(external\.|internal\.)?upstream_rq_|http\.ingress\.downstream_rq_)/,
  },
  {
    name: 'clusters/logical-dns-address',
    upstreams: { up: {} },
    config: { clusters: { up: { type: 'LOGICAL_DNS' } } },
    exchanges: times(2),
    stats: /^cluster\.up\.(membership|upstream_cx_total|update_success|update_attempt)/,
  },
  {
    name: 'clusters/strict-dns-address',
    upstreams: { up: {} },
    config: { clusters: { up: { type: 'STRICT_DNS' } } },
    exchanges: times(2),
    stats: /^cluster\.up\.membership/,
  },
  {
    name: 'clusters/least-request-one-host',
    config: { clusters: { up: { lb_policy: 'LEAST_REQUEST' } } },
    exchanges: times(2),
  },
  {
    name: 'clusters/random-one-host',
    config: { clusters: { up: { lb_policy: 'RANDOM' } } },
    exchanges: times(2),
  },
  {
    name: 'clusters/alt-stat-name',
    config: { clusters: { up: { alt_stat_name: 'other.name' } } },
    exchanges: times(1),
    stats: /^cluster\.(up|other)[._].*upstream_rq_(total|200)/,
  },
  {
    name: 'clusters/max-requests-per-connection',
    config: {
      clusters: {
        up: {
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              common_http_protocol_options: { max_requests_per_connection: 1 },
              explicit_http_config: { http_protocol_options: {} },
            },
          },
        },
      },
    },
    exchanges: times(3),
    stats: /^cluster\.up\.upstream_cx_(total|max_requests|destroy_local)$/,
  },
  {
    name: 'clusters/unhealthy-endpoint-is-left-out',
    config: {
      extraClusters: [
        {
          name: 'sick',
          connect_timeout: '1s',
          load_assignment: {
            cluster_name: 'sick',
            endpoints: [
              { lb_endpoints: [{ health_status: 'UNHEALTHY', endpoint: { address: address(1) } }] },
            ],
          },
          common_lb_config: { healthy_panic_threshold: { value: 0 } },
        },
      ],
      routes: [{ match: { prefix: '/' }, route: { cluster: 'sick' } }],
    },
    exchanges: times(1),
    stats: /^cluster\.sick\.(membership|lb_healthy_panic|upstream_cx_none_healthy)/,
  },
  {
    name: 'clusters/panic-uses-unhealthy-endpoints',
    upstreams: { up: { refuse: true } },
    config: {
      extraClusters: [
        {
          name: 'sick',
          connect_timeout: '1s',
          load_assignment: {
            cluster_name: 'sick',
            endpoints: [
              { lb_endpoints: [{ health_status: 'UNHEALTHY', endpoint: { address: address(1) } }] },
            ],
          },
        },
      ],
      routes: [{ match: { prefix: '/' }, route: { cluster: 'sick' } }],
    },
    exchanges: times(1),
    stats: /^cluster\.sick\.(membership|lb_healthy_panic|upstream_cx_none_healthy)/,
  },
  {
    name: 'clusters/unknown-cluster-in-route',
    refused: true,
    config: { routes: [{ match: { prefix: '/' }, route: { cluster: 'nosuch' } }] },
    exchanges: [],
  },
  {
    name: 'clusters/two-of-one-name',
    refused: true,
    config: { extraClusters: [{ name: 'up', load_assignment: endpoints('up', 1) }] },
    exchanges: [],
  },
  { name: 'clusters/idle-stats', exchanges: [], logLines: 0, stats: /^cluster\.up\./ },
  {
    name: 'listeners/idle-stats',
    exchanges: [],
    logLines: 0,
    stats: /^(listener\.127|listener_manager|http\.ingress)(?!.*tx_bytes)/,
  },
  {
    name: 'listeners/after-one-request',
    exchanges: times(1),
    stats: /^(listener\.127|listener_manager|http\.ingress)(?!.*tx_bytes)/,
  },
  { name: 'clusters/after-one-request', exchanges: times(1), stats: /^cluster\.up\./ },
];
