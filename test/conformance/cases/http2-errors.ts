// Over 300 lines because it is one table of cases.
import type { Case, FrameExchange } from '../case.ts';
import {
  ACK,
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

const counted =
  /^(http2\.(?!outbound_(control_)?frames)|http\.ingress\.downstream_(cx_(protocol_error|destroy|http2_total)|rq_(total|http2|rx_reset|tx_reset|[245]xx)))/;
/** Those that do not depend on when the client goes. */
const countedOpen =
  /^(http2\.(?!outbound_(control_)?frames|streams)|http\.ingress\.downstream_rq_(total|http2|rx_reset|tx_reset|[245]xx))/;
const direct = {
  routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'direct' } } }],
};

/** A client that breaks the rules of its connection, which ends; `logLines`: of the streams that were open. */
const fatal = (name: string, bytes: string, logLines = 0, more: Partial<Case> = {}): Case => ({
  name: `http2-errors/${name}`,
  config: { ...direct, hcm: { delayed_close_timeout: '0.1s' } },
  upstreams: {},
  exchanges: [{ frames: [bytes], ended: 9, untilClosed: true }],
  stats: counted,
  logLines,
  ...more,
});

/** The same after an exchange that went well, so that both sides' SETTINGS are out. */
const later = (name: string, bytes: string, logLines = 0): Case =>
  fatal(`${name}-later`, '', logLines + 1, {
    exchanges: [{ frames: [hello + headers(1), { afterEnded: 1 }, bytes], ended: 9, untilClosed: true }],
  });

/** A client that breaks the rules of one stream; another on the connection is served. */
const one = (
  name: string,
  bytes: string,
  more: Partial<Case> = {},
  exchange: Partial<FrameExchange> = {},
): Case => ({
  name: `http2-errors/${name}`,
  config: direct,
  upstreams: {},
  exchanges: [{ frames: [hello + bytes, { afterEnded: 1 }, headers(9)], ended: 2, ...exchange }],
  stats: countedOpen,
  logLines: 2,
  ...more,
});

const withField = (name: string, value: string) => headers(1, request('/', [[name, value]]));
const tolerant = {
  config: {
    ...direct,
    hcm: { http2_protocol_options: { override_stream_error_on_invalid_http_message: true } },
  },
};
const bare = (...fields: Field[]) => headers(1, fields);
const method: Field = [':method', 'GET'];
const scheme: Field = [':scheme', 'http'];
const path: Field = [':path', '/'];
const authority: Field = [':authority', 'a'];

/** What breaks RFC 9113, and whether a stream or the connection pays for it. */
export const http2Errors: readonly Case[] = [
  fatal('bad-preface', 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'),
  fatal('no-settings', preface + headers(1)),
  fatal('settings-ack-first', preface + frame('SETTINGS', ACK, 0)),
  fatal('settings-on-a-stream', preface + frame('SETTINGS', 0, 1)),
  fatal('settings-of-odd-length', hello + frame('SETTINGS', 0, 0, 'abc')),
  fatal('settings-ack-with-payload', hello + frame('SETTINGS', ACK, 0, '\0\x01\0\0\0\0')),
  fatal('settings-ack-unexpected', hello + frame('SETTINGS', ACK, 0)),
  fatal('settings-window-too-large', hello + settings(4, 0x80000000)),
  fatal('settings-frame-size-too-small', hello + settings(5, 16383)),
  fatal('settings-push-2', hello + settings(2, 2)),
  fatal('frame-too-large', hello + frame('DATA', 0, 1, 'x'.repeat(16385))),
  fatal('frame-too-large-by-its-header', hello + frame(77, 0, 0, '', 16385)),
  fatal('data-on-stream-0', hello + data(0, 'x')),
  fatal('data-on-idle-stream', hello + data(1, 'x')),
  fatal('data-after-end', hello + headers(1) + data(1, 'x'), 1),
  later('data-on-stream-0', data(0, 'x')),
  fatal('data-padding', hello + headers(1, request(), false) + frame('DATA', PADDED, 1, '\x05abc'), 1),
  fatal('headers-padding', hello + frame('HEADERS', END_HEADERS | PADDED, 1, `\xff${block(...request())}`)),
  fatal('headers-on-stream-0', hello + headers(0)),
  fatal('headers-on-even-stream', hello + headers(2)),
  later('headers-on-even-stream', headers(2)),
  fatal('headers-twice', hello + headers(1) + headers(1), 1),
  fatal('priority-on-stream-0', hello + frame('PRIORITY', 0, 0, `${u32(1)}\x10`)),
  fatal('priority-length', hello + frame('PRIORITY', 0, 1, u32(1))),
  fatal('rst-stream-on-stream-0', hello + rstStream(0)),
  fatal('rst-stream-on-idle-stream', hello + rstStream(1)),
  fatal('rst-stream-length', hello + headers(1) + frame('RST_STREAM', 0, 1, 'abc'), 1),
  fatal('push-promise', hello + frame('PUSH_PROMISE', END_HEADERS, 1, u32(2) + block(...request()))),
  fatal('ping-length', hello + frame('PING', 0, 0, 'abc')),
  fatal('ping-on-a-stream', hello + frame('PING', 0, 1, '12345678')),
  fatal('goaway-length', hello + frame('GOAWAY', 0, 0, 'abc')),
  fatal('goaway-on-a-stream', hello + frame('GOAWAY', 0, 1, u32(0) + u32(0))),
  fatal('window-update-0', hello + windowUpdate(0, 0)),
  fatal('window-update-length', hello + frame('WINDOW_UPDATE', 0, 0, 'abc')),
  fatal('window-update-overflow', hello + windowUpdate(0, 0x7fffffff)),
  fatal('window-update-on-idle-stream', hello + windowUpdate(1, 5)),
  fatal('window-update-0-on-a-stream', hello + headers(1, request(), false) + windowUpdate(1, 0), 1),
  fatal('continuation-alone', hello + frame('CONTINUATION', END_HEADERS, 1, block(...request()))),
  fatal(
    'continuation-interrupted',
    hello + frame('HEADERS', 0, 1, block(...request())) + frame('PING', 0, 0, '12345678'),
    1,
  ),
  fatal(
    'continuation-of-another-stream',
    hello + frame('HEADERS', 0, 1, block(...request())) + frame('CONTINUATION', END_HEADERS, 3, ''),
    1,
  ),
  fatal('hpack-index', hello + frame('HEADERS', END_HEADERS | END_STREAM, 1, '\xff\xff\xff'), 1),
  fatal('upper-case-name', hello + withField('Foo', 'b'), 1),
  later('upper-case-name', headers(3, request('/', [['Foo', 'b']])), 1),
  fatal('space-in-name', hello + withField('f o', 'b'), 1),
  fatal('empty-name', hello + withField('', 'b'), 1),
  fatal('control-in-value', hello + withField('foo', 'b\x01'), 1),
  fatal('connection-field', hello + withField('connection', 'close'), 1),
  fatal('transfer-encoding-field', hello + withField('transfer-encoding', 'chunked'), 1),
  fatal('upgrade-field', hello + withField('upgrade', 'websocket'), 1),
  fatal('te-other-than-trailers', hello + withField('te', 'gzip'), 1),
  fatal('pseudo-after-regular', hello + bare(method, scheme, path, ['a', 'b'], authority), 1),
  fatal('pseudo-twice', hello + bare(method, method, scheme, path, authority), 1),
  fatal('pseudo-unknown', hello + bare(method, scheme, path, authority, [':foo', 'b']), 1),
  fatal(
    'pseudo-protocol',
    hello + bare([':method', 'CONNECT'], [':protocol', 'websocket'], scheme, path, authority),
    1,
  ),
  fatal('no-method', hello + bare(scheme, path, authority), 1),
  fatal('no-scheme', hello + bare(method, path, authority), 1),
  fatal('no-path', hello + bare(method, scheme, authority), 1),
  fatal('no-authority', hello + bare(method, scheme, path), 1),
  fatal('empty-path', hello + bare(method, scheme, [':path', ''], authority), 1),
  fatal('relative-path', hello + bare(method, scheme, [':path', 'a'], authority), 1),
  fatal('asterisk-path', hello + bare(method, scheme, [':path', '*'], authority), 1),
  fatal('path-with-space', hello + bare(method, scheme, [':path', '/a b'], authority), 1),
  fatal('authority-with-space', hello + bare(method, scheme, path, [':authority', 'a b']), 1),
  fatal('connect-with-path', hello + bare([':method', 'CONNECT'], path, authority), 1),
  fatal('content-length-and-no-body', hello + headers(1, request('/', [['content-length', '2']])), 1),
  fatal(
    'content-length-twice',
    hello +
      headers(
        1,
        request('/', [
          ['content-length', '0'],
          ['content-length', '0'],
        ]),
      ),
    1,
  ),
  fatal('content-length-garbage', hello + withField('content-length', 'a'), 1),
  fatal('trailers-without-end', hello + headers(1, request(), false) + headers(1, [['a', 'b']], false), 1, {
    upstreams: { up: { answers: [{ raw: '' }] } },
    config: { hcm: { delayed_close_timeout: '0.1s' } },
  }),
  one(
    'body-longer-than-content-length',
    headers(1, request('/', [['content-length', '2']]), false) + data(1, 'abc', true),
  ),
  one(
    'body-shorter-than-content-length',
    headers(1, request('/', [['content-length', '4']]), false) + data(1, 'abc', true),
  ),
  one('stream-error-upper-case-name', withField('Foo', 'b'), tolerant),
  one('stream-error-no-path', bare(method, scheme, authority), tolerant),
  one('stream-error-connection-field', withField('connection', 'close'), tolerant),
  one(
    'headers-depend-on-themselves',
    frame('HEADERS', END_HEADERS | END_STREAM | PRIORITY, 1, `${u32(1)}\x10${block(...request())}`),
  ),
  one(
    'data-on-a-closed-stream',
    headers(1),
    {},
    { frames: [hello + headers(1), { afterEnded: 1 }, data(1, 'x') + headers(9)] },
  ),
  one(
    'headers-on-a-closed-stream',
    headers(1),
    {},
    { frames: [hello + headers(1), { afterEnded: 1 }, headers(1) + headers(9)] },
  ),
  one(
    'window-update-on-a-closed-stream',
    headers(1),
    {},
    { frames: [hello + headers(1), { afterEnded: 1 }, windowUpdate(1, 5) + headers(9)] },
  ),
  one('unknown-frames', frame(77, 255, 0, 'abc') + frame(78, 255, 1, 'abc') + headers(1)),
  one('unknown-settings', settings(77, 5) + headers(1)),
];
