// Over 300 lines because it is one table of cases.
import type { Case, FrameExchange } from '../case.ts';
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
  type Field,
  frame,
  headers,
  hello,
  PADDED,
  PRIORITY,
  preface,
  request,
  rstStream,
  settings,
  u32,
  windowUpdate,
} from '../http2/frames.ts';
import { downstreamTls } from './tls.ts';

const counted =
  /^(http2\.(?!outbound_(control_)?frames)|http\.ingress\.downstream_(cx_(protocol_error|drain_close|http[12]_total|max)|rq_(total|http[12]|rx_reset|tx_reset|too|[245]xx)))/;
const direct = {
  routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'direct' } } }],
};

const one = (
  name: string,
  frames: FrameExchange['frames'],
  more: Partial<Case> = {},
  exchange: Partial<FrameExchange> = {},
): Case => ({
  name: `http2/${name}`,
  exchanges: [{ frames, ...exchange }],
  stats: counted,
  ...more,
});
const served = (name: string, fields: readonly Field[], more: Partial<Case> = {}) =>
  one(name, [hello + headers(1, fields)], more);
const answer = (raw: string, more: object = {}) => ({ upstreams: { up: { answers: [{ raw, ...more }] } } });
const http1 = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const big = 'b'.repeat(70_000);
const ok = (body: string, fields = '') =>
  `HTTP/1.1 200 OK\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`;

/** Requests and responses over HTTP/2. */
export const http2: readonly Case[] = [
  served(
    'get',
    request('/path?q=1', [
      ['x-a', 'b'],
      ['user-agent', 'c'],
    ]),
  ),
  served('head', request('/', [], 'HEAD'), answer('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n')),
  served('status-204', request(), answer('HTTP/1.1 204 No Content\r\n\r\n')),
  served('status-304', request(), answer('HTTP/1.1 304 Not Modified\r\netag: "a"\r\n\r\n')),
  served('early-hints', request(), answer(`HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${ok('ok')}`)),
  served(
    'chunked-response',
    request(),
    answer('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
  ),
  served(
    'response-fields-of-one-hop',
    request(),
    answer(
      ok('ok', 'connection: keep-alive\r\nkeep-alive: timeout=5\r\nproxy-connection: x\r\nupgrade: foo\r\n'),
    ),
  ),
  served('response-latin1', request(), answer(ok('ok', 'x-a: b\xe4c\r\nset-cookie: a\r\nset-cookie: b\r\n'))),
  served('response-trailers', request(), {
    ...answer('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: 1\r\n\r\n'),
    config: {
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
    },
  }),
  served(
    'cookies',
    request('/', [
      ['cookie', 'a=1'],
      ['x', 'y'],
      ['cookie', 'b=2'],
    ]),
  ),
  served('host-and-authority', request('/', [['host', 'b']])),
  served('host-alone', [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    ['host', 'b'],
  ]),
  served('host-before-nothing-else', [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'a'],
    ['host', 'a'],
  ]),
  served(
    'scheme-https',
    [
      [':method', 'GET'],
      [':scheme', 'https'],
      [':path', '/'],
      [':authority', 'a'],
    ],
    { config: { log: { scheme: '%REQ(:SCHEME)%' } } },
  ),
  served('scheme-other', [
    [':method', 'GET'],
    [':scheme', 'ftp'],
    [':path', '/'],
    [':authority', 'a'],
  ]),
  served('te-trailers', request('/', [['te', 'trailers']])),
  served('expect-continue', request('/', [['expect', '100-continue']])),
  served('unknown-method', request('/', [], 'FROB')),
  served('options-asterisk', [
    [':method', 'OPTIONS'],
    [':scheme', 'http'],
    [':path', '*'],
    [':authority', 'a'],
  ]),
  served('connect', [
    [':method', 'CONNECT'],
    [':authority', 'a:1'],
  ]),
  served('no-route', request('/'), {
    config: { routes: [{ match: { prefix: '/x' }, route: { cluster: 'up' } }] },
  }),
  served('grpc-local-reply', request('/', [['content-type', 'application/grpc']]), {
    upstreams: { up: { refuse: true } },
  }),
  served('upstream-refuses', request(), { upstreams: { up: { refuse: true } } }),
  served(
    'upstream-closes-mid-body',
    request(),
    answer('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok', { finally: 'close' }),
  ),
  served('upstream-resets-before-headers', request(), answer('', { finally: 'reset' })),
  served('route-timeout', request(), {
    ...answer(''),
    config: { routes: [{ match: { prefix: '/' }, route: { cluster: 'up', timeout: '0.1s' } }] },
  }),
  served('accept-no-http1', request(), { config: { hcm: { codec_type: 'HTTP2' } } }),
  served('wire-bytes', request('/', [['x-a', 'b']]), {
    config: { log: { up: '%DOWNSTREAM_WIRE_BYTES_RECEIVED%', head: '%DOWNSTREAM_HEADER_BYTES_RECEIVED%' } },
  }),
  served('access-log-protocol', request(), { config: { log: { filter: '%PROTOCOL% %UPSTREAM_PROTOCOL%' } } }),
  one('post', [hello + headers(1, request('/', [], 'POST'), false) + data(1, 'abc') + data(1, 'def', true)]),
  one('post-with-length', [
    hello +
      headers(1, request('/', [['content-length', '6']], 'POST'), false) +
      data(1, 'abc') +
      data(1, 'def', true),
  ]),
  one('post-ended-by-empty-data', [
    hello + headers(1, request('/', [], 'POST'), false) + data(1, 'abc') + data(1, '', true),
  ]),
  one('post-padded', [
    hello +
      headers(1, request('/', [], 'POST'), false) +
      frame('DATA', PADDED | END_STREAM, 1, '\x03abc\0\0\0'),
  ]),
  one('request-trailers', [
    hello + headers(1, request('/', [], 'POST'), false) + data(1, 'abc') + headers(1, [['x-t', '1']]),
  ]),
  one('headers-padded', [
    hello + frame('HEADERS', END_HEADERS | END_STREAM | PADDED, 1, `\x02${block(...request())}\0\0`),
  ]),
  one('headers-with-priority', [
    hello + frame('HEADERS', END_HEADERS | END_STREAM | PRIORITY, 1, `${u32(0)}\x10${block(...request())}`),
  ]),
  one('continuation', [
    hello +
      frame('HEADERS', END_STREAM, 1, block(...request()).slice(0, 10)) +
      frame('CONTINUATION', 0, 1, block(...request()).slice(10, 20)) +
      frame('CONTINUATION', END_HEADERS, 1, block(...request()).slice(20)),
  ]),
  one('byte-by-byte', [
    hello.slice(0, 12),
    ...[...(hello + headers(1)).slice(12)].flatMap((byte) => [byte, { afterMs: 0 }]),
  ]),
  one('ping', [hello + frame('PING', 0, 0, '12345678') + headers(1)]),
  one('goaway-of-the-client', [hello + frame('GOAWAY', 0, 0, u32(0) + u32(0)) + headers(1)]),
  one(
    'two-streams',
    [hello + headers(1, request('/1')) + headers(3, request('/3'))],
    { logLines: 2, upstreams: { up: {} }, config: direct },
    { ended: 2 },
  ),
  one(
    'one-after-the-other',
    [hello + headers(1), { afterEnded: 1 }, headers(3)],
    { logLines: 2 },
    { ended: 2 },
  ),
  one('response-before-the-request-ends', [hello + headers(1, request(), false)], { config: direct }),
  one(
    'response-from-upstream-before-the-request-ends',
    [hello + headers(1, request(), false)],
    answer(ok('ok'), { on: 'head' }),
  ),
  one(
    'reset-by-the-client',
    [hello + headers(1), { afterUpstreamBytes: 1 }, rstStream(1), { afterMs: 50 }],
    { ...answer(''), logLines: 1 },
    { ended: 0 },
  ),
  one(
    'reset-as-refused',
    [hello + headers(1), { afterUpstreamBytes: 1 }, rstStream(1, 7), { afterMs: 50 }],
    { ...answer(''), logLines: 1 },
    { ended: 0 },
  ),
  one(
    'large-response',
    [hello + windowUpdate(0, 100_000) + settings(4, 100_000) + headers(1)],
    answer(ok(big)),
  ),
  one(
    'response-over-the-window',
    [
      hello + headers(1),
      { afterData: 65_535 },
      { afterMs: 30 },
      windowUpdate(0, 3000) + windowUpdate(1, 3000),
      { afterData: 68_535 },
      windowUpdate(0, 9000) + windowUpdate(1, 9000),
    ],
    answer(ok(big)),
  ),
  one(
    'response-over-the-stream-window',
    [hello + settings(4, 10) + headers(1), { afterData: 10 }, { afterMs: 30 }, windowUpdate(1, 5)],
    answer(ok('x'.repeat(15))),
  ),
  one(
    'window-of-0-and-settings',
    [hello + settings(4, 0) + headers(1), { afterMs: 60 }, settings(4, 5)],
    answer(ok('abcd')),
  ),
  one(
    'trailers-behind-the-window',
    [hello + settings(4, 1) + headers(1), { afterData: 1 }, windowUpdate(1, 5)],
    answer('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
  ),
  one(
    'reset-behind-the-window',
    [hello + settings(4, 1) + headers(1), { afterData: 1 }, { afterMs: 30 }, rstStream(1), { afterMs: 50 }],
    { ...answer(ok('abcd')), logLines: 1 },
    { ended: 0 },
  ),
  one(
    'small-frames-of-settings',
    [hello + settings(5, 20_000, 4, 100_000) + windowUpdate(0, 100_000) + headers(1)],
    answer(ok(big)),
  ),
  one(
    'table-size-0',
    [hello + settings(1, 0) + headers(1), { afterEnded: 1 }, headers(3)],
    { logLines: 2 },
    { ended: 2 },
  ),
  one('large-request', [
    hello +
      headers(1, request('/', [], 'POST'), false) +
      Array.from({ length: 8 }, () => data(1, 'x'.repeat(8000))).join('') +
      data(1, '', true),
  ]),
  {
    name: 'http2/preface-to-http1',
    config: { hcm: { codec_type: 'HTTP1' } },
    exchanges: [{ send: preface }],
    stats: counted,
  },
  {
    name: 'http2/http1-to-http2',
    config: { hcm: { codec_type: 'HTTP2', delayed_close_timeout: '0.1s' } },
    exchanges: [{ send: http1, responses: 0, untilClosed: true }],
    stats: counted,
    logLines: 0,
  },
  {
    name: 'http2/half-a-preface',
    config: { hcm: { delayed_close_timeout: '0.1s' } },
    exchanges: [{ send: [preface.slice(0, 5), { afterMs: 50 }, preface.slice(5)], responses: 1 }],
    stats: counted,
  },
  one(
    'alpn-h2',
    [hello + headers(1)],
    { config: { filterChain: downstreamTls({ alpn_protocols: ['h2', 'http/1.1'] }) } },
    { tls: { alpn: ['h2', 'http/1.1'] } },
  ),
  one(
    'alpn-h2-in-one-string',
    [hello + headers(1)],
    { config: { filterChain: downstreamTls({ alpn_protocols: ['h2,http/1.1'] }) } },
    { tls: { alpn: ['h2'] } },
  ),
  {
    name: 'http2/alpn-http1-wins-over-the-preface',
    config: { filterChain: downstreamTls({ alpn_protocols: ['http/1.1'] }) },
    exchanges: [{ send: preface, tls: { alpn: ['http/1.1'] } }],
    stats: counted,
  },
];
