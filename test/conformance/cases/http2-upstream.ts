// Over 300 lines because it is one table of cases.
import type { Case, Exchange, FrameExchange } from '../case.ts';
import {
  data,
  type Field,
  frame,
  headers,
  hello,
  preface,
  request,
  rstStream,
  settings,
  windowUpdate,
} from '../http2/frames.ts';
import type { Http2Answer, Http2Script } from '../http2/upstream.ts';

/** A cluster that speaks HTTP/2, and HTTP/1 trailers on the way. */
export const http2Cluster = (http2: object = {}, common?: object, more: object = {}) => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: http2 },
      ...(common && { common_http_protocol_options: common }),
    },
  },
  ...more,
});

export const upstreamStats =
  /^cluster\.up\.(http2\.(?!outbound_(control_)?frames|pending)|upstream_(cx_(?!length|connect_ms|[rt]x_bytes)|rq_(?!time|active)))/;

const one = (
  name: string,
  exchange: Exchange | FrameExchange,
  script: Http2Script = {},
  more: Partial<Case> & { http2?: object; common?: object } = {},
): Case => {
  const { http2, common, ...rest } = more;
  return {
    name: `h2-upstream/${name}`,
    exchanges: [exchange],
    upstreams: { up: { http2: script } },
    stats: upstreamStats,
    ...rest,
    config: {
      hcm: { http_protocol_options: { enable_trailers: true } },
      clusters: { up: http2Cluster(http2, common) },
      log: { upstream: '%UPSTREAM_PROTOCOL%' },
      ...rest.config,
    },
  };
};
const ok: Field = [':status', '200'];
const answers = (frames: Http2Answer['frames'], more: Partial<Http2Answer> = {}): Http2Script => ({
  answers: [{ frames, ...more }],
});
const get = 'GET /path?q=1 HTTP/1.1\r\nhost: a\r\nX-Upper: b\r\n\r\n';
const post = 'POST /p HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello';
const chunked = 'POST /p HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n';
const big = 'b'.repeat(70_000);
const grpc: readonly Field[] = request('/s.S/M', [
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
]);

/** Requests and responses over HTTP/2 to an upstream, from clients of either version. */
export const http2Upstream: readonly Case[] = [
  one('get', { send: get }),
  one('get-from-http2', { frames: [hello + headers(1, request('/a', [['x-a', 'b']]))] }),
  one('scheme-https-from-http2', {
    frames: [
      hello +
        headers(1, [
          [':method', 'GET'],
          [':scheme', 'https'],
          [':path', '/'],
          [':authority', 'a'],
        ]),
    ],
  }),
  one('post', { send: post }),
  one('post-chunked', { send: `${chunked}\r\n` }),
  one('post-without-body', { send: 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n' }),
  one('post-from-http2', {
    frames: [hello + headers(1, request('/', [], 'POST'), false) + data(1, 'hello', true)],
  }),
  one('request-trailers', { send: `${chunked}x-t: 1\r\n\r\n` }),
  one('request-trailers-from-http2', {
    frames: [
      hello + headers(1, request('/', [], 'POST'), false) + data(1, 'hello') + headers(1, [['x-t', '1']]),
    ],
  }),
  one(
    'response-trailers',
    { send: get },
    answers((id) => [headers(id, [ok], false) + data(id, 'ok') + headers(id, [['x-t', '1']])]),
  ),
  one(
    'response-trailers-dropped',
    { send: get },
    answers((id) => [headers(id, [ok], false) + data(id, 'ok') + headers(id, [['x-t', '1']])]),
    { config: { hcm: {} } },
  ),
  one(
    'response-trailers-to-http2',
    { frames: [hello + headers(1)] },
    answers((id) => [headers(id, [ok], false) + data(id, 'ok') + headers(id, [['x-t', '1']])]),
  ),
  one(
    'trailers-only',
    { frames: [hello + headers(1, grpc, false) + data(1, '\0\0\0\0\0', true)] },
    answers((id) => [headers(id, [ok, ['content-type', 'application/grpc'], ['grpc-status', '5']])]),
  ),
  one(
    'grpc',
    { frames: [hello + headers(1, grpc, false) + data(1, '\0\0\0\0\0', true)] },
    answers((id) => [
      headers(id, [ok, ['content-type', 'application/grpc']], false) +
        data(id, '\0\0\0\0\x01a') +
        headers(id, [['grpc-status', '0']]),
    ]),
  ),
  one(
    'grpc-both-ways',
    {
      frames: [
        hello + headers(1, grpc, false) + data(1, 'one'),
        { afterData: 3 },
        data(1, 'two'),
        { afterData: 6 },
        data(1, '', true),
      ],
    },
    answers(
      (id) => [
        headers(id, [ok, ['content-type', 'application/grpc']], false),
        { afterData: 3 },
        data(id, 'ONE'),
        { afterData: 6 },
        data(id, 'TWO'),
        { afterEnded: 1 },
        headers(id, [['grpc-status', '0']]),
      ],
      { on: 'head' },
    ),
  ),
  one(
    'content-length',
    { send: get },
    answers((id) => [headers(id, [ok, ['content-length', '2']], false) + data(id, 'ok', true)]),
  ),
  one(
    'head',
    { send: 'HEAD / HTTP/1.1\r\nhost: a\r\n\r\n' },
    answers((id) => [headers(id, [ok, ['content-length', '7']])]),
  ),
  one(
    'status-204',
    { send: get },
    answers((id) => [headers(id, [[':status', '204']])]),
  ),
  one(
    'status-204-with-length-0',
    { send: get },
    answers((id) => [
      headers(id, [
        [':status', '204'],
        ['content-length', '0'],
      ]),
    ]),
  ),
  one(
    'status-304',
    { send: get },
    answers((id) => [
      headers(id, [
        [':status', '304'],
        ['content-length', '5'],
      ]),
    ]),
  ),
  one(
    'status-599',
    { send: get },
    answers((id) => [headers(id, [[':status', '599']])]),
  ),
  one(
    'continue',
    {
      send: [
        'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n',
        { afterMs: 100 },
        'hello',
      ],
    },
    answers(
      (id) => [
        headers(id, [[':status', '100']], false),
        { afterEnded: 1 },
        headers(id, [ok], false) + data(id, 'ok', true),
      ],
      { on: 'head' },
    ),
    { config: { hcm: { proxy_100_continue: true } } },
  ),
  one(
    'early-hints',
    { send: get },
    answers((id) => [
      headers(
        id,
        [
          [':status', '103'],
          ['link', 'a'],
        ],
        false,
      ) + headers(id, [ok]),
    ]),
  ),
  one(
    'other-1xx',
    { send: get },
    answers((id) => [headers(id, [[':status', '150']], false) + headers(id, [ok])]),
  ),
  one('cookies', { send: 'GET / HTTP/1.1\r\nhost: a\r\ncookie: a=1\r\ncookie: b=2\r\n\r\n' }),
  one('cookies-from-http2', {
    frames: [
      hello +
        headers(
          1,
          request('/', [
            ['cookie', 'a=1'],
            ['x-a', 'b'],
            ['cookie', 'b=2'],
          ]),
        ),
    ],
  }),
  one(
    'response-set-cookies',
    { send: get },
    answers((id) => [
      headers(id, [ok, ['set-cookie', 'a=1'], ['set-cookie', 'b=2'], ['cookie', 'x'], ['cookie', 'y']]),
    ]),
  ),
  one('fields-of-one-hop', {
    send: 'GET / HTTP/1.1\r\nhost: a\r\nconnection: keep-alive, x-a\r\nkeep-alive: timeout=5\r\nproxy-connection: keep-alive\r\nte: trailers\r\nx-a: b\r\n\r\n',
  }),
  one('te-gzip', { send: 'GET / HTTP/1.1\r\nhost: a\r\nte: gzip, trailers\r\n\r\n' }),
  one('te-other', { send: 'GET / HTTP/1.1\r\nhost: a\r\nte: gzip\r\n\r\n' }),
  one('upgrade-not-allowed', {
    send: 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    untilClosed: false,
  }),
  one(
    'upgrade',
    {
      send: [
        'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
        { afterMs: 200 },
        'ping',
      ],
      untilClosed: true,
    },
    answers((id) => [headers(id, [ok], false), { afterData: 4 }, data(id, 'pong', true)], { on: 'head' }),
    { config: { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } }, http2: { allow_connect: true } },
  ),
  one(
    'upgrade-declined',
    {
      send: 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    },
    answers(
      (id) => [
        headers(id, [
          [':status', '403'],
          ['x-why', 'no'],
        ]),
      ],
      { on: 'head' },
    ),
    { config: { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } } },
  ),
  one(
    'large-request',
    { send: `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 70000\r\n\r\n${big}` },
    {
      hello: settings() + windowUpdate(0, 100_000) + frame('SETTINGS', 1, 0),
      answers: [
        {
          on: 'head',
          frames: (id) => [
            { afterData: 65_535 },
            windowUpdate(id, 10_000),
            { afterEnded: 1 },
            headers(id, [ok]),
          ],
        },
      ],
    },
  ),
  one(
    'request-over-the-window',
    { send: `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 70000\r\n\r\n${big}` },
    answers(
      (id) => [
        { afterData: 65_535 },
        windowUpdate(id, 10_000) + windowUpdate(0, 3),
        { afterData: 65_538 },
        windowUpdate(0, 10_000),
        { afterEnded: 1 },
        headers(id, [ok]),
      ],
      { on: 'head' },
    ),
  ),
  one(
    'small-pieces-for-a-late-reader',
    {
      frames: [
        preface + settings(4, 0) + frame('SETTINGS', 1, 0) + headers(1),
        { afterMs: 500 },
        settings(4, 65_535),
      ],
    },
    answers((id) => [headers(id, [ok], false) + data(id, 'a', false).repeat(12_000) + data(id, 'b', true)]),
  ),
  one(
    'small-pieces-for-a-late-upstream',
    {
      frames: [
        hello +
          headers(1, request('/', [], 'POST'), false) +
          data(1, 'a', false).repeat(12_000) +
          data(1, 'b', true),
      ],
    },
    {
      hello: settings(4, 0) + frame('SETTINGS', 1, 0),
      answers: [
        {
          on: 'head',
          frames: (id) => [{ afterMs: 500 }, settings(4, 65_535), { afterEnded: 1 }, headers(id, [ok])],
        },
      ],
    },
  ),
  one(
    'window-of-0-in-settings',
    { send: post },
    {
      hello: settings(4, 0) + frame('SETTINGS', 1, 0),
      answers: [
        {
          on: 'head',
          frames: (id) => [{ afterMs: 100 }, settings(4, 5), { afterEnded: 1 }, headers(id, [ok])],
        },
      ],
    },
  ),
  one(
    'frame-size-in-settings',
    {
      send: [
        get,
        { afterResponses: 1 },
        `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 30000\r\n\r\n${'c'.repeat(30_000)}`,
      ],
      responses: 2,
    },
    {
      hello: settings(5, 20_000) + frame('SETTINGS', 1, 0),
    },
  ),
  one(
    'table-size-0-in-settings',
    { send: [get, { afterResponses: 1 }, get], responses: 2 },
    { hello: settings(1, 0) + frame('SETTINGS', 1, 0) },
  ),
  one(
    'large-response',
    { send: get },
    {
      answers: [
        {
          frames: (id) => [
            headers(id, [ok], false) +
              data(id, 'c'.repeat(16_000)) +
              data(id, 'd'.repeat(16_000)) +
              data(id, 'e', true),
          ],
        },
      ],
    },
  ),
  one(
    'response-padded',
    { send: get },
    answers((id) => [headers(id, [ok], false) + frame('DATA', 9, id, '\x03okxxx')]),
  ),
  one(
    'ping',
    { send: get },
    answers((id) => [frame('PING', 0, 0, '12345678') + headers(id, [ok])]),
  ),
  one(
    'unknown-frame',
    { send: get },
    answers((id) => [frame(99, 0, id, 'abc') + headers(id, [ok])]),
  ),
  one(
    'response-in-continuations',
    { send: get },
    answers((id) => [
      frame('HEADERS', 1, id, '\x88') +
        frame('CONTINUATION', 0, id, '\x00\x03x-a') +
        frame('CONTINUATION', 4, id, '\x01b'),
    ]),
  ),
  one(
    'response-before-the-request-ends',
    { send: ['POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhel'], untilClosed: true },
    answers((id) => [headers(id, [ok], false) + data(id, 'ok', true)], { on: 'head' }),
  ),
  one(
    'response-before-the-request-ends-to-http2',
    { frames: [hello + headers(1, request('/', [], 'POST'), false) + data(1, 'hel')], ended: 1 },
    answers((id) => [headers(id, [ok], false) + data(id, 'ok', true)], { on: 'head' }),
  ),
  one(
    'reset-by-the-client',
    { frames: [hello + headers(1), { afterMs: 200 }, rstStream(1), { afterMs: 200 }], ended: 0 },
    answers(() => [], { on: 'head' }),
    { logLines: 1 },
  ),
  one(
    'client-goes',
    { send: get, abortAfterUpstreamBytes: 100 },
    answers(() => []),
    { logLines: 1 },
  ),
  one('two-streams', { frames: [hello + headers(1, request('/1')) + headers(3, request('/2'))], ended: 2 }),
  one('one-after-the-other', { send: [get, { afterResponses: 1 }, get], responses: 2 }),
  one(
    'route-timeout',
    { send: get },
    answers(() => []),
    {
      config: { routes: [{ match: { prefix: '/' }, route: { cluster: 'up', timeout: '0.2s' } }] },
    },
  ),
  one(
    'wire-bytes',
    { send: post },
    answers((id) => [headers(id, [ok, ['x-a', 'b']], false) + data(id, 'ok', true)]),
    {
      config: {
        log: {
          sent: '%UPSTREAM_WIRE_BYTES_SENT%',
          received: '%UPSTREAM_WIRE_BYTES_RECEIVED%',
          headersSent: '%UPSTREAM_HEADER_BYTES_SENT%',
          headersReceived: '%UPSTREAM_HEADER_BYTES_RECEIVED%',
        },
      },
    },
  ),
  one(
    'options',
    { send: get },
    // Not before all that begins the connection is there.
    { answers: [{ frames: (id) => [{ afterMs: 50 }, headers(id, [ok])] }] },
    {
      http2: {
        hpack_table_size: 1024,
        max_concurrent_streams: 7,
        initial_stream_window_size: 100_000,
        initial_connection_window_size: 70_000,
        allow_connect: true,
        custom_settings_parameters: [{ identifier: 99, value: 5 }],
      },
    },
  ),
  one(
    'smallest-windows',
    { send: get },
    {
      answers: [
        {
          frames: (id) => [
            headers(id, [ok], false) +
              data(id, 'c'.repeat(16_000)) +
              data(id, 'c'.repeat(16_000)) +
              data(id, 'c'.repeat(16_000)) +
              data(id, 'c'.repeat(16_000)),
            { afterMs: 200 },
            data(id, 'c'.repeat(10_000), true),
          ],
        },
      ],
    },
    { http2: { initial_stream_window_size: 65_535, initial_connection_window_size: 65_535 } },
  ),
];
