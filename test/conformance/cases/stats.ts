import type { Case } from '../case.ts';
import { certificate, privateKey } from '../certificate.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const post = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi';
/** Bytes differ by the digits of a port and by the `date`s' cousins; memory, time and process are the machine's. */
const steady =
  /^(?!.*(bytes_total|bytes_buffered|memory_|uptime|days_until|version$|_recent_lookups|allocated|total_time|^http\.admin|^listener\.admin|\.admin\.|main_thread\.downstream|worker_0\.clusters_inflated|cluster_manager\.|update_duration|filesystem\.(flushed_by_timer|write_completed)|initialization_time))/;
const answers = (...raw: readonly string[]) => ({ up: { answers: raw.map((one) => ({ raw: one })) } });
const status = (line: string) => `HTTP/1.1 ${line}\r\ncontent-length: 0\r\n\r\n`;
const statNames = /./;

/** What is counted: every name there is, and every value after the same traffic. */
export const stats: readonly Case[] = [
  { name: 'stats/names-when-idle', exchanges: [], logLines: 0, statNames },
  { name: 'stats/names-after-a-request', exchanges: [{ send: get }], statNames },
  {
    name: 'stats/names-without-routes-or-clusters',
    config: { routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] },
    upstreams: {},
    exchanges: [{ send: get }],
    statNames,
  },
  {
    name: 'stats/names-of-dns-clusters',
    config: { clusters: { up: { type: 'STRICT_DNS' } } },
    exchanges: [{ send: get }],
    statNames,
  },
  {
    name: 'stats/names-with-tls',
    config: {
      filterChain: {
        transport_socket: {
          name: 'envoy.transport_sockets.tls',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
            common_tls_context: {
              tls_certificates: [
                {
                  certificate_chain: { inline_string: certificate },
                  private_key: { inline_string: privateKey },
                },
              ],
            },
          },
        },
      },
    },
    exchanges: [{ send: get, tls: { servername: 'lab.example' } }],
    statNames: /^(?!.*\.ssl\.curves\.)/,
  },
  { name: 'stats/all-when-idle', exchanges: [], logLines: 0, stats: steady },
  { name: 'stats/all-after-one-request', exchanges: [{ send: get }], stats: steady },
  {
    name: 'stats/all-after-many-kinds-of-requests',
    upstreams: answers(status('200 OK'), status('302 Found'), status('404 Not Found'), status('503 Busy')),
    exchanges: [
      { send: [get, { afterResponses: 1 }, post], responses: 2 },
      { send: get },
      { send: `HEAD${get.slice(3)}` },
    ],
    logLines: 4,
    stats: steady,
  },
  {
    name: 'stats/all-after-a-refused-connection',
    upstreams: { up: { refuse: true } },
    exchanges: [{ send: get }],
    stats: steady,
  },
  {
    name: 'stats/all-after-an-upstream-reset',
    upstreams: { up: { answers: [{ raw: '', finally: 'reset' }] } },
    exchanges: [{ send: get }],
    stats: steady,
  },
  {
    name: 'stats/all-after-no-route',
    config: { routes: [{ match: { prefix: '/none' }, route: { cluster: 'up' } }] },
    exchanges: [{ send: get }],
    stats: steady,
  },
  {
    name: 'stats/all-after-a-bad-request',
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\nx y: 1\r\n\r\n', untilClosed: true }],
    stats: steady,
  },
  {
    name: 'stats/all-after-a-redirect',
    config: { routes: [{ match: { prefix: '/' }, redirect: { host_redirect: 'b' } }] },
    exchanges: [{ send: get }],
    stats: steady,
  },
  {
    name: 'stats/all-after-a-client-abort',
    upstreams: { up: { answers: [{ raw: '' }] } },
    exchanges: [{ send: get, abortAfterUpstreamBytes: 20 }],
    stats: steady,
  },
  {
    name: 'stats/bytes-of-a-direct-response',
    config: {
      hcm: { server_name: 'me' },
      routes: [
        {
          match: { prefix: '/' },
          direct_response: { status: 200, body: { inline_string: 'x'.repeat(1000) } },
        },
      ],
    },
    upstreams: {},
    exchanges: [{ send: get }, { send: post }],
    stats: /^http\.ingress\.downstream_cx_[rt]x_bytes_total$/,
  },
  {
    name: 'stats/version-override',
    config: { bootstrap: { stats_server_version_override: 42 } },
    exchanges: [],
    logLines: 0,
    stats: /^server\.version$/,
  },
  ...(['DROP_HEADER', 'REJECT_REQUEST'] as const).map((action) => ({
    name: `stats/underscores-${action.toLowerCase()}`,
    config: { hcm: { common_http_protocol_options: { headers_with_underscores_action: action } } },
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\nx_a: 1\r\nx_b: 2\r\n\r\n' }],
    stats: /^http1\./,
  })),
  {
    name: 'stats/stat-prefix-of-the-listener',
    config: { listener: { stat_prefix: 'mine' } },
    exchanges: [{ send: get }],
    stats: /^listener\.mine\.(?!.*bytes)/,
  },
  {
    name: 'stats/odd-names',
    config: { hcm: { stat_prefix: 'a.b:c d' }, clusters: { up: { alt_stat_name: 'x:y.z w' } } },
    exchanges: [{ send: get }],
    stats: /^(http\.a\.b|cluster\.x).*rq_(total|200|2xx)$/,
  },
  {
    name: 'stats/canary',
    upstreams: answers('HTTP/1.1 200 OK\r\nx-envoy-upstream-canary: true\r\ncontent-length: 0\r\n\r\n'),
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.(canary|external|internal)/,
  },
  {
    name: 'stats/alt-stat-header',
    config: {
      hcm: {
        use_remote_address: true,
        internal_address_config: { cidr_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
      },
    },
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost: a\r\nx-envoy-upstream-alt-stat-name: one, two\r\n\r\n' }],
    stats: /^cluster\.up\..*(one|two)/,
  },
  {
    name: 'stats/dynamic-stats-off',
    config: {
      hcm: {
        http_filters: [
          {
            name: 'envoy.filters.http.router',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
              dynamic_stats: false,
            },
          },
        ],
      },
    },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\..*upstream_rq/,
  },
];
