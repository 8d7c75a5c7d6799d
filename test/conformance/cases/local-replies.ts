import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const raw = (name: string, send: string): Case => ({
  name: `bad-requests/${name}`,
  exchanges: [{ send, untilClosed: false }],
});
const closing = (name: string, send: string): Case => ({
  name: `bad-requests/${name}`,
  exchanges: [{ send, untilClosed: true }],
});

/** Answers the proxy makes itself. */
export const localReplies: readonly Case[] = [
  {
    name: 'local-replies/no-route',
    config: { routes: [{ match: { prefix: '/x' }, route: { cluster: 'up' } }] },
    exchanges: [{ send: get }],
    stats: /^http\.ingress\.(no_route|downstream_rq_(4xx|total|completed))$/,
  },
  {
    name: 'local-replies/connect-without-a-route-for-it',
    exchanges: [{ send: 'CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n' }],
  },
  {
    name: 'local-replies/query-without-content-type',
    exchanges: [
      'QUERY / HTTP/1.1\r\nhost: a\r\n\r\n',
      'QUERY / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nab',
      'QUERY / HTTP/1.1\r\nhost: a\r\ncontent-type:\r\n\r\n',
      'QUERY * HTTP/1.1\r\nhost: a\r\n\r\n',
      'QUERY / HTTP/1.1\r\n\r\n',
      'QUERY / HTTP/1.1\r\nhost: a\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'QUERY / HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\n\r\n',
      'query / HTTP/1.1\r\nhost: a\r\n\r\n',
    ].map((send) => ({ send, untilClosed: false })),
  },
  {
    name: 'local-replies/no-virtual-host',
    config: {
      virtualHosts: [
        { name: 'b', domains: ['b'], routes: [{ match: { prefix: '/' }, route: { cluster: 'up' } }] },
      ],
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-replies/no-healthy-host',
    config: {
      extraClusters: [{ name: 'empty', connect_timeout: '1s', load_assignment: { cluster_name: 'empty' } }],
      routes: [{ match: { prefix: '/' }, route: { cluster: 'empty' } }],
    },
    exchanges: [{ send: get }],
    stats: /^cluster\.empty\.upstream_(cx_none_healthy|rq_)/,
  },
  {
    name: 'local-replies/cluster-header-names-no-cluster',
    config: { routes: [{ match: { prefix: '/' }, route: { cluster_header: 'x-c' } }] },
    exchanges: [{ send: get.replace('\r\n\r\n', '\r\nx-c: nosuch\r\n\r\n') }, { send: get }],
  },
  {
    name: 'local-replies/direct-response',
    config: {
      routes: [
        { match: { prefix: '/' }, direct_response: { status: 418, body: { inline_string: 'teapot' } } },
      ],
    },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-replies/direct-response-empty',
    config: { routes: [{ match: { prefix: '/' }, direct_response: { status: 204 } }] },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-replies/direct-response-to-head',
    config: {
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'body' } } }],
    },
    exchanges: [{ send: 'HEAD / HTTP/1.1\r\nhost: a\r\n\r\n' }],
  },
  {
    name: 'local-replies/direct-response-to-post-with-body',
    config: {
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'body' } } }],
    },
    exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc' }],
  },
  {
    name: 'local-replies/route-timeout',
    upstreams: { up: { answers: [{ raw: '' }] } },
    config: { routes: [{ match: { prefix: '/' }, route: { cluster: 'up', timeout: '0.1s' } }] },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.upstream_rq_(timeout|5xx|504|total|tx_reset|cancelled|per_try_timeout)$/,
  },
  {
    name: 'local-replies/route-timeout-after-headers',
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc' }] } },
    config: { routes: [{ match: { prefix: '/' }, route: { cluster: 'up', timeout: '0.15s' } }] },
    exchanges: [{ send: get, untilClosed: true }],
  },
  {
    name: 'local-replies/timeout-header',
    config: {
      hcm: {
        use_remote_address: true,
        internal_address_config: { cidr_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
      },
    },
    upstreams: { up: { answers: [{ raw: '' }] } },
    exchanges: [{ send: get.replace('\r\n\r\n', '\r\nx-envoy-upstream-rq-timeout-ms: 80\r\n\r\n') }],
  },
  {
    name: 'local-replies/request-headers-timeout',
    config: { hcm: { request_headers_timeout: '0.1s' } },
    exchanges: [{ send: 'GET / HTTP/1.1\r\nhost', untilClosed: true }],
  },
  {
    name: 'local-replies/request-timeout',
    config: { hcm: { request_timeout: '0.1s' } },
    exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nab', untilClosed: true }],
  },
  {
    name: 'local-replies/stream-idle-timeout',
    upstreams: { up: { answers: [{ raw: '' }] } },
    config: { hcm: { stream_idle_timeout: '0.1s' } },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-replies/connection-idle-timeout',
    config: { hcm: { common_http_protocol_options: { idle_timeout: '0.1s' }, drain_timeout: '0.05s' } },
    exchanges: [{ send: get, untilClosed: true }],
  },
  {
    name: 'local-replies/max-requests-per-connection',
    config: { hcm: { common_http_protocol_options: { max_requests_per_connection: 2 } } },
    exchanges: [{ send: [get, { afterResponses: 1 }, get], responses: 2 }],
    logLines: 2,
  },
  {
    name: 'local-replies/circuit-breaker-max-requests-0',
    config: { clusters: { up: { circuit_breakers: { thresholds: [{ max_requests: 0 }] } } } },
    exchanges: [{ send: get }],
  },
  {
    name: 'local-replies/circuit-breaker-max-pending-0',
    config: { clusters: { up: { circuit_breakers: { thresholds: [{ max_pending_requests: 0 }] } } } },
    exchanges: [{ send: get }],
    stats: /^cluster\.up\.(upstream_(cx|rq)_.*overflow|circuit_breakers.*)/,
  },
  closing('garbage', 'this is not http\r\n\r\n'),
  raw('missing-host', 'GET / HTTP/1.1\r\n\r\n'),
  raw('two-hosts', 'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'),
  closing('space-before-colon', 'GET / HTTP/1.1\r\nhost : a\r\n\r\n'),
  raw('obs-fold', 'GET / HTTP/1.1\r\nhost: a\r\nx: 1\r\n 2\r\n\r\n'),
  closing('nul-in-value', 'GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n'),
  closing('bad-header-name', 'GET / HTTP/1.1\r\nhost: a\r\nx y: 1\r\n\r\n'),
  closing('empty-header-name', 'GET / HTTP/1.1\r\nhost: a\r\n: 1\r\n\r\n'),
  closing(
    'length-and-chunked',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  ),
  closing(
    'two-different-lengths',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd',
  ),
  raw('two-equal-lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 3\r\n\r\nabc'),
  closing('length-not-a-number', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3x\r\n\r\nabc'),
  closing('length-negative', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -3\r\n\r\nabc'),
  closing('transfer-encoding-unknown', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n'),
  closing(
    'transfer-encoding-gzip-chunked',
    'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  ),
  closing(
    'chunk-size-bad',
    'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n',
  ),
  closing('headers-too-large', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(62 * 1024)}\r\n\r\n`),
  closing(
    'too-many-headers',
    `GET / HTTP/1.1\r\nhost: a\r\n${Array.from({ length: 101 }, (_, i) => `x${i}: y\r\n`).join('')}\r\n`,
  ),
  closing('http2-version', 'GET / HTTP/2.0\r\nhost: a\r\n\r\n'),
  closing('http09', 'GET /\r\n\r\n'),
  raw('path-with-fragment', 'GET /a#b HTTP/1.1\r\nhost: a\r\n\r\n'),
  raw('path-without-slash', 'GET a HTTP/1.1\r\nhost: a\r\n\r\n'),
  raw('asterisk', 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n'),
  raw('leading-empty-line', '\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n'),
  raw('bare-lf', 'GET / HTTP/1.1\nhost: a\n\n'),
  closing(
    'te-header',
    'GET / HTTP/1.1\r\nhost: a\r\nconnection: te\r\nte: trailers\r\n\r\n'.replace(
      '\r\n\r\n',
      '\r\nconnection: close\r\n\r\n',
    ),
  ),
];
