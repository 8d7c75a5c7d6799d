import type { Case, ConfigParts, Exchange, FrameExchange } from '../case.ts';
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
  type Field,
  frame,
  headers,
  hello,
  request,
} from '../http2/frames.ts';

const stats = /^(http\.ingress\.downstream_rq_(?!time|http)|cluster\.up\.upstream_rq_(?!time|pending|total))/;
const log = {
  status: '%GRPC_STATUS%',
  snake: '%GRPC_STATUS(SNAKE_STRING)%',
  number: '%GRPC_STATUS_NUMBER%',
  trailer: '%TRAILER(GRPC-STATUS)%',
  message: '%TRAILER(GRPC-MESSAGE)% %RESP(GRPC-MESSAGE)%',
  timeout: '%REQ(GRPC-TIMEOUT)%',
};
const call = (fields = '', body = '') =>
  `POST /pkg.Service/Method HTTP/1.1\r\nhost: a\r\ncontent-type: application/grpc\r\nte: trailers\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`;
const fieldsOf = (...more: readonly Field[]): readonly Field[] =>
  request('/pkg.Service/Method', [['content-type', 'application/grpc'], ['te', 'trailers'], ...more], 'POST');
const trailers = (stream: number, ...fields: readonly Field[]) =>
  frame('HEADERS', END_HEADERS | END_STREAM, stream, block(...fields));
const withTrailers: ConfigParts = {
  hcm: { http_protocol_options: { enable_trailers: true } },
  clusters: {
    up: {
      typed_extension_protocol_options: {
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
          '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
          explicit_http_config: { http_protocol_options: { enable_trailers: true } },
        },
      },
    },
  },
};
const one = (
  name: string,
  config: ConfigParts,
  raw: string | undefined,
  exchange: Exchange | FrameExchange,
  more: Partial<Case> = {},
): Case => ({
  name: `grpc/${name}`,
  config: { ...config, log },
  stats,
  ...(raw !== undefined && { upstreams: { up: { answers: [{ raw }] } } }),
  exchanges: [exchange],
  ...more,
});
const route = (more: object, hcm: Record<string, unknown> = {}): ConfigParts => ({
  hcm,
  routes: [{ match: { prefix: '/' }, route: { cluster: 'up', ...more } }],
});
const both = (
  name: string,
  config: ConfigParts,
  raw: string | undefined,
  more: Partial<Case> = {},
): readonly Case[] => [
  one(name, config, raw, { send: call() }, more),
  one(`http2-${name}`, config, raw, { frames: [hello + headers(1, fieldsOf())] }, more),
];
const ok = (status: string, extra = '') =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ntransfer-encoding: chunked\r\n\r\n5\r\n\0\0\0\0\0\r\n0\r\ngrpc-status: ${status}\r\n${extra}\r\n`;
const echo =
  'HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ngrpc-status: 0\r\ncontent-length: 0\r\n\r\n';
const hosts = { admin: ['GET /clusters?format=json'] } as const;
/** What the upstream is told of a call's timeout, and what its answer is when it takes longer. */
const timed = (name: string, config: ConfigParts, fields: string, raw: string | undefined = echo): Case =>
  one(name, config, raw, { send: call(fields) });

/** gRPC: answers of the proxy's own, statuses in logs and stats of hosts, timeouts. */
export const grpc: readonly Case[] = [
  ...both('no-route', { routes: [] }, undefined),
  ...both(
    'direct-response-403',
    {
      routes: [
        {
          match: { prefix: '/' },
          direct_response: { status: 403, body: { inline_string: 'no: 100%, "ö"\n' } },
        },
      ],
    },
    undefined,
  ),
  ...both(
    'direct-response-200',
    { routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'hi' } } }] },
    undefined,
  ),
  ...both('redirect', { routes: [{ match: { prefix: '/' }, redirect: { host_redirect: 'x' } }] }, undefined),
  ...both('upstream-refuses', {}, undefined, { upstreams: { up: { refuse: true } } }),
  ...both('no-healthy-host', { clusters: { up: { load_assignment: { cluster_name: 'up' } } } }, undefined),
  ...both('no-cluster', { routes: [{ match: { prefix: '/' }, route: { cluster_header: 'x' } }] }, undefined),
  ...both('route-timeout', route({ timeout: '0.2s' }), ''),
  ...both(
    'max-stream-duration-of-connection-manager',
    { hcm: { common_http_protocol_options: { max_stream_duration: '0.2s' } } },
    '',
  ),
  ...both('idle-timeout', { hcm: { stream_idle_timeout: '0.2s' } }, ''),
  ...both('upstream-breaks-protocol', {}, 'garbage\r\n\r\n'),
  one('http2-idle-timeout-of-half-a-call', { hcm: { stream_idle_timeout: '0.2s' } }, '', {
    frames: [hello + headers(1, fieldsOf(), false)],
  }),
  one('bad-request', {}, undefined, { send: call('bad header: 1\r\n'), untilClosed: true }),
  one('too-large', { routes: [] }, undefined, { send: call('content-type: text/plain\r\n') }),
  one(
    'mapped-by-local-reply-config',
    {
      hcm: {
        local_reply_config: {
          mappers: [
            {
              filter: {
                status_code_filter: {
                  comparison: { op: 'EQ', value: { default_value: 404, runtime_key: 'k' } },
                },
              },
              status_code: 429,
              body: { inline_string: 'slow down' },
            },
          ],
        },
      },
      routes: [],
    },
    undefined,
    { send: call() },
  ),
  one('web-is-not-grpc', { routes: [] }, undefined, {
    send: call().replace('application/grpc', 'application/grpc-web'),
  }),
  one('with-codec-in-its-type', { routes: [] }, undefined, {
    send: call().replace('application/grpc', 'application/grpc+proto'),
  }),

  ...['0', '5', '14', '99', 'x'].map((status) =>
    one(
      `status-${status}-in-trailers`,
      withTrailers,
      ok(status, 'grpc-message: m%20n\r\n'),
      { send: call() },
      hosts,
    ),
  ),
  one(
    'http2-status-in-trailers',
    withTrailers,
    ok('0'),
    { frames: [hello + headers(1, fieldsOf(), false) + data(1, '\0\0\0\0\0') + trailers(1, ['x-t', '1'])] },
    hosts,
  ),
  one('trailers-only', {}, echo.replace('grpc-status: 0', 'grpc-status: 13'), { send: call() }, hosts),
  one(
    'without-a-status',
    {},
    'HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\ncontent-length: 5\r\n\r\n\0\0\0\0\0',
    { send: call() },
    hosts,
  ),
  one('answered-503', {}, 'HTTP/1.1 503 X\r\ncontent-length: 0\r\n\r\n', { send: call() }, hosts),

  timed('timeout-is-passed-on', {}, 'grpc-timeout: 5S\r\n'),
  timed(
    'timeout-header-max',
    route({ max_stream_duration: { grpc_timeout_header_max: '2s' } }),
    'grpc-timeout: 5S\r\n',
  ),
  timed(
    'timeout-header-below-max',
    route({ max_stream_duration: { grpc_timeout_header_max: '10s' } }),
    'grpc-timeout: 5S\r\n',
  ),
  timed(
    'timeout-header-max-0',
    route({ max_stream_duration: { grpc_timeout_header_max: '0s' } }),
    'grpc-timeout: 3H\r\n',
  ),
  timed(
    'timeout-header-offset',
    route({ max_stream_duration: { grpc_timeout_header_max: '0s', grpc_timeout_header_offset: '1s' } }),
    'grpc-timeout: 5S\r\n',
  ),
  timed(
    'timeout-header-absent',
    route({ max_stream_duration: { grpc_timeout_header_max: '2s', max_stream_duration: '4s' } }),
    '',
  ),
  timed(
    'timeout-header-nonsense',
    route({ max_stream_duration: { grpc_timeout_header_max: '2s', max_stream_duration: '4s' } }),
    'grpc-timeout: 5\r\n',
  ),
  timed(
    'timeout-header-nanoseconds',
    route({ max_stream_duration: { grpc_timeout_header_max: '2s' } }),
    'grpc-timeout: 1500000001n\r\n',
  ),
  timed(
    'timeout-header-microseconds',
    route({ max_stream_duration: { grpc_timeout_header_max: '2s' } }),
    'grpc-timeout: 1500001u\r\n',
  ),
  timed(
    'timeout-header-too-long',
    route({ max_stream_duration: { grpc_timeout_header_max: '2s' } }),
    'grpc-timeout: 123456789m\r\n',
  ),
  timed(
    'timeout-header-huge',
    route({ max_stream_duration: { grpc_timeout_header_max: '0s' } }),
    'grpc-timeout: 99999999H\r\n',
  ),
  timed(
    'timeout-header-reached',
    route({ max_stream_duration: { grpc_timeout_header_max: '2s' } }),
    'grpc-timeout: 200m\r\n',
    '',
  ),
  timed(
    'max-stream-duration-of-route',
    route({ max_stream_duration: { max_stream_duration: '0.2s' } }),
    '',
    '',
  ),
  timed(
    'max-stream-duration-and-timeout',
    route({ timeout: '0.2s', max_stream_duration: { max_stream_duration: '0.6s' } }),
    '',
    '',
  ),
  timed(
    'max-stream-duration-0-of-route',
    route(
      { timeout: '0s', max_stream_duration: { max_stream_duration: '0s' } },
      { common_http_protocol_options: { max_stream_duration: '0.2s' }, stream_idle_timeout: '0.5s' },
    ),
    '',
    '',
  ),
  timed(
    'max-stream-duration-over-connection-managers',
    route(
      { max_stream_duration: { max_stream_duration: '0.5s' } },
      { common_http_protocol_options: { max_stream_duration: '0.2s' } },
    ),
    '',
    '',
  ),
  one('max-stream-duration-of-http', route({ max_stream_duration: { max_stream_duration: '0.2s' } }), '', {
    send: 'GET / HTTP/1.1\r\nhost: a\r\ngrpc-timeout: 1S\r\n\r\n',
  }),
  one(
    'max-stream-duration-of-half-a-request',
    route({ max_stream_duration: { max_stream_duration: '0.2s' } }),
    '',
    { send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\n', untilClosed: true },
  ),
  one('timeout-header-of-http', route({ max_stream_duration: { grpc_timeout_header_max: '1s' } }), echo, {
    send: 'GET / HTTP/1.1\r\nhost: a\r\ngrpc-timeout: 300m\r\n\r\n',
  }),

  timed('old-max-grpc-timeout', route({ max_grpc_timeout: '2s' }), 'grpc-timeout: 5S\r\n'),
  timed('old-max-grpc-timeout-0', route({ max_grpc_timeout: '0s' }), 'grpc-timeout: 5S\r\n'),
  timed('old-max-grpc-timeout-absent-header', route({ max_grpc_timeout: '2s' }), ''),
  timed('old-max-grpc-timeout-0-absent-header', route({ max_grpc_timeout: '0s' }), ''),
  timed('old-offset', route({ max_grpc_timeout: '10s', grpc_timeout_offset: '1s' }), 'grpc-timeout: 5S\r\n'),
  timed(
    'old-offset-takes-all',
    route({ max_grpc_timeout: '10s', grpc_timeout_offset: '9s' }),
    'grpc-timeout: 5S\r\n',
  ),
  timed('old-reached', route({ max_grpc_timeout: '0.2s' }), 'grpc-timeout: 5S\r\n', ''),
  timed(
    'old-and-new',
    route({ max_grpc_timeout: '3s', max_stream_duration: { max_stream_duration: '4s' } }),
    'grpc-timeout: 5S\r\n',
  ),
  timed(
    'old-and-x-envoy-timeout',
    route({ max_grpc_timeout: '3s' }, { use_remote_address: false, internal_address_config: {} }),
    'grpc-timeout: 5S\r\nx-envoy-upstream-rq-timeout-ms: 700\r\n',
  ),
  one(
    'matched-by-route',
    {
      routes: [
        { match: { prefix: '/', grpc: {} }, route: { cluster: 'up' }, name: 'grpc' },
        { match: { prefix: '/' }, direct_response: { status: 200 }, name: 'other' },
      ],
    },
    echo,
    { send: call() + 'GET / HTTP/1.1\r\nhost: a\r\n\r\n', responses: 2 },
    { logLines: 2 },
  ),
];
