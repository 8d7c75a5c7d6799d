import type { Case } from '../case.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const at = (path: string): { send: string } => ({ send: `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n` });
const withFields = (fields: string, host = 'a'): { send: string } => ({
  send: `GET / HTTP/1.1\r\nhost: ${host}\r\n${fields}\r\n`,
});
const ok = (fields: string): { up: { answers: [{ raw: string }] } } => ({
  up: { answers: [{ raw: `HTTP/1.1 200 OK\r\n${fields}content-length: 2\r\n\r\nok` }] },
});
const never = { up: { answers: [{ raw: '' }] } };
const common = (options: Readonly<Record<string, unknown>>) => ({
  hcm: { common_http_protocol_options: options },
});
const paths = [
  '/a/../b',
  '/a/./b/',
  '/a%2e%2e/b',
  '/%61%7E',
  '/a//b///c',
  '/a\\b',
  '/a%2Fb',
  '/a%5cb?x=%2F',
  '/a%00',
];
const loopbackIsInternal = {
  internal_address_config: { cidr_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
};
const envoyFields =
  'x-envoy-retry-on: 5xx\r\nx-envoy-upstream-rq-timeout-ms: 700\r\nx-envoy-force-trace: 1\r\n' +
  'x-envoy-decorator-operation: op\r\nx-envoy-downstream-service-cluster: c\r\nx-envoy-internal: true\r\n' +
  'x-envoy-original-path: /o\r\nx-request-id: mine\r\n';

/** What the HTTP connection manager does to requests and responses, by its options. */
export const connectionManager: readonly Case[] = [
  { name: 'path/as-it-is', exchanges: paths.map(at) },
  { name: 'path/normalized', config: { hcm: { normalize_path: true } }, exchanges: paths.map(at) },
  { name: 'path/slashes-merged', config: { hcm: { merge_slashes: true } }, exchanges: paths.map(at) },
  {
    name: 'path/normalized-and-merged',
    config: { hcm: { normalize_path: true, merge_slashes: true } },
    exchanges: paths.map(at),
  },
  ...['REJECT_REQUEST', 'UNESCAPE_AND_REDIRECT', 'UNESCAPE_AND_FORWARD', 'KEEP_UNCHANGED'].map((action) => ({
    name: `path/escaped-slashes-${action.toLowerCase()}`,
    config: { hcm: { path_with_escaped_slashes_action: action } },
    exchanges: paths.map(at),
    stats: /^http\.ingress\.downstream_rq_(failed|redirected)/,
  })),
  ...['strip_any_host_port', 'strip_matching_host_port', 'strip_trailing_host_dot'].map((option) => ({
    name: `host/${option}`,
    config: { hcm: { [option]: true } },
    exchanges: ['a:80', 'a', 'a.:80', 'a.', '[::1]:80', '[::1]', 'a:b', 'a:'].map((host) =>
      withFields('', host),
    ),
  })),
  ...['', '9.9.9.9', '8.8.8.8, 9.9.9.9', '10.0.0.1', 'nonsense', '::1'].flatMap((list) => {
    const field = list === '' ? '' : `x-forwarded-for: ${list}\r\n`;
    const name = list.replaceAll(/[^0-9a-z.]+/g, '-') || 'none';
    const exchanges = [withFields(`${field}${envoyFields}`)];
    return [
      { name: `forwarded/${name}`, exchanges },
      { name: `forwarded/${name}-edge`, config: { hcm: { use_remote_address: true } }, exchanges },
      {
        name: `forwarded/${name}-edge-one-hop`,
        config: { hcm: { use_remote_address: true, xff_num_trusted_hops: 1 } },
        exchanges,
      },
      { name: `forwarded/${name}-two-hops`, config: { hcm: { xff_num_trusted_hops: 2 } }, exchanges },
    ];
  }),
  {
    name: 'forwarded/internal',
    config: { hcm: { use_remote_address: true, ...loopbackIsInternal } },
    exchanges: [withFields(envoyFields)],
    stats: /^cluster\.up\.(in|ex)ternal/,
  },
  {
    name: 'forwarded/not-appended',
    config: { hcm: { use_remote_address: true, skip_xff_append: true } },
    exchanges: [withFields('x-forwarded-for: 9.9.9.9\r\nx-forwarded-proto: https\r\n')],
  },
  {
    name: 'forwarded/scheme-overwritten',
    config: { hcm: { scheme_header_transformation: { scheme_to_overwrite: 'https' } } },
    exchanges: [withFields('')],
  },
  {
    name: 'request-id/external-kept',
    config: { hcm: { use_remote_address: true, preserve_external_request_id: true } },
    exchanges: [withFields('x-request-id: mine\r\n')],
  },
  {
    name: 'request-id/in-response',
    config: { hcm: { always_set_request_id_in_response: true } },
    exchanges: [withFields('x-request-id: mine\r\n')],
  },
  { name: 'request-id/none', config: { hcm: { generate_request_id: false } }, exchanges: [withFields('')] },
  {
    name: 'user-agent/added',
    config: { hcm: { add_user_agent: true }, bootstrap: { node: { id: 'n', cluster: 'c' } } },
    exchanges: [withFields(''), withFields('user-agent: me\r\n')],
  },
  {
    name: 'via/both-ways',
    config: { hcm: { via: 'proxy' } },
    upstreams: ok('via: other\r\n'),
    exchanges: [withFields('via: before\r\n'), withFields('')],
  },
  ...['OVERWRITE', 'APPEND_IF_ABSENT', 'PASS_THROUGH'].map((transformation) => ({
    name: `server/${transformation.toLowerCase()}`,
    config: { hcm: { server_header_transformation: transformation, server_name: 'me' } },
    upstreams: {
      up: {
        answers: [
          { raw: 'HTTP/1.1 200 OK\r\nserver: other\r\ncontent-length: 0\r\n\r\n' },
          { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n' },
        ],
      },
    },
    exchanges: [{ send: get }, { send: get }],
  })),
  {
    name: 'response/hop-by-hop-fields',
    upstreams: ok(
      'keep-alive: timeout=5\r\nproxy-connection: x\r\nupgrade: h2c\r\nconnection: keep-alive, x-a\r\nx-a: 1\r\n',
    ),
    exchanges: [{ send: get }],
  },
  {
    name: 'request/odd-referers',
    exchanges: ['http://a/b', 'http://a/b#c', 'http://u@a/', '/x', 'x:y', 'about:blank', '/a b'].map(
      (referer) => withFields(`referer: ${referer}\r\n`),
    ),
  },
  {
    name: 'request/te',
    exchanges: ['trailers', 'gzip, trailers', 'gzip', 'Trailers'].map((te) => withFields(`te: ${te}\r\n`)),
  },
  {
    name: 'continue/answered-here',
    exchanges: [
      { send: 'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\nhi' },
    ],
    stats: /^http\.ingress\.downstream_rq_([12]xx|completed)$/,
  },
  {
    name: 'continue/proxied',
    config: { hcm: { proxy_100_continue: true } },
    upstreams: {
      up: {
        answers: [
          { on: 'head', raw: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok' },
        ],
      },
    },
    exchanges: [
      { send: 'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\nhi' },
    ],
  },
  {
    name: 'connection/max-requests',
    config: common({ max_requests_per_connection: 2 }),
    exchanges: [{ send: get + get, responses: 2, untilClosed: true }],
    logLines: 2,
    stats: /^http\.ingress\.downstream_cx_max_requests/,
  },
  {
    name: 'connection/idle',
    config: { hcm: { common_http_protocol_options: { idle_timeout: '0.1s' }, drain_timeout: '0.1s' } },
    exchanges: [{ send: get, untilClosed: true }],
    stats: /^http\.ingress\.downstream_cx_(idle|destroy_local)/,
  },
  {
    name: 'connection/max-duration',
    config: {
      hcm: { common_http_protocol_options: { max_connection_duration: '0.2s' }, drain_timeout: '0.1s' },
    },
    exchanges: [{ send: get, untilClosed: true }],
    stats: /^http\.ingress\.downstream_cx_max_duration/,
  },
  {
    name: 'timeout/stream-idle-before-request-end',
    config: { hcm: { stream_idle_timeout: '0.2s' } },
    exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc' }],
    stats: /^http\.ingress\.downstream_rq_(idle|response_before|rx_reset|tx_reset)/,
  },
  {
    name: 'timeout/stream-idle-after-request-end',
    config: { hcm: { stream_idle_timeout: '0.2s' } },
    upstreams: never,
    exchanges: [{ send: get }],
    stats:
      /^http\.ingress\.downstream_rq_(idle|response_before|rx_reset|tx_reset)|^cluster\.up\.upstream_(rq|cx)/,
  },
  {
    name: 'timeout/request',
    config: { hcm: { request_timeout: '0.2s' } },
    exchanges: [{ send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc' }],
    stats: /^http\.ingress\.downstream_rq_(timeout|response_before)/,
  },
  {
    name: 'timeout/max-stream-duration',
    config: common({ max_stream_duration: '0.2s' }),
    upstreams: never,
    exchanges: [{ send: get }],
    stats: /^http\.ingress\.downstream_rq_max_duration/,
  },
  {
    name: 'timeout/of-the-client',
    config: { hcm: { use_remote_address: true, ...loopbackIsInternal } },
    upstreams: never,
    exchanges: [
      withFields('x-envoy-upstream-rq-timeout-ms: 100\r\n'),
      withFields('x-envoy-upstream-rq-timeout-ms: 100\r\nx-envoy-upstream-rq-timeout-alt-response: 1\r\n'),
    ],
    stats: /^cluster\.up\.(upstream_rq|internal|external)/,
  },
  {
    name: 'old/http10-keep-alive',
    config: { hcm: { http_protocol_options: { accept_http_10: true } } },
    exchanges: [{ send: 'GET / HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n\r\n' }],
  },
  {
    name: 'old/http10-close',
    config: { hcm: { http_protocol_options: { accept_http_10: true, default_host_for_http_10: 'old' } } },
    exchanges: [{ send: 'GET / HTTP/1.0\r\n\r\n', untilClosed: true }],
  },
  {
    name: 'old/http10-no-length',
    config: { hcm: { http_protocol_options: { accept_http_10: true } } },
    upstreams: { up: { answers: [{ raw: 'HTTP/1.1 200 OK\r\n\r\nuntil the end', finally: 'close' }] } },
    exchanges: [{ send: 'GET / HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n\r\n', untilClosed: true }],
  },
];
