import type { Case, Exchange, FrameExchange } from '../case.ts';
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
  request,
  rstStream,
  settings,
  u32,
  windowUpdate,
} from '../http2/frames.ts';
import type { Http2Answer } from '../http2/upstream.ts';
import { http2Cluster, upstreamStats } from './http2-upstream.ts';

const get = 'GET /path HTTP/1.1\r\nhost: a\r\n\r\n';
const ok: Field = [':status', '200'];

const one = (
  name: string,
  frames: Http2Answer['frames'],
  {
    exchange = { send: get },
    http2 = {},
    common,
    answer = {},
    ...more
  }: Partial<Case> & {
    exchange?: Exchange | FrameExchange;
    http2?: object;
    common?: object;
    answer?: Partial<Http2Answer>;
  } = {},
): Case => ({
  name: `h2-upstream-errors/${name}`,
  exchanges: [exchange],
  upstreams: { up: { http2: { answers: [{ frames: afterSettings(frames), ...answer }] } } },
  stats: upstreamStats,
  config: { clusters: { up: http2Cluster(http2, common) }, log: { upstream: '%UPSTREAM_PROTOCOL%' } },
  ...more,
});
/** SETTINGS are read before what breaks a rule, or their acknowledgement is lost with it. */
const apart = { afterSettingsAcks: 1 };
const afterSettings =
  (frames: Http2Answer['frames']): Http2Answer['frames'] =>
  (id) => [apart, ...frames(id)];
const whole = { override_stream_error_on_invalid_http_message: true };
const fields = (name: string, ...list: readonly Field[]) => one(name, (id) => [headers(id, list)]);
const two: FrameExchange = {
  frames: [hello + headers(1, request('/1')) + headers(3, request('/2'))],
  ended: 2,
};
/** The second of two streams breaks a rule, the first waits. */
const second = (frames: Http2Answer['frames']) => ({
  upstreams: { up: { http2: { answers: [{ frames: () => [] }, { frames: afterSettings(frames) }] } } },
  exchange: two,
  logLines: 2,
});

/** Upstreams that reset streams, go, or break RFC 9113, and what their clients get. */
export const http2UpstreamErrors: readonly Case[] = [
  ...[0, 1, 2, 3, 5, 7, 8, 10, 11, 99].map((code) => one(`reset-${code}`, (id) => [rstStream(id, code)])),
  one(
    'reset-after-headers',
    (id) => [headers(id, [ok], false) + data(id, 'half'), { afterMs: 50 }, rstStream(id, 2)],
    {
      exchange: { send: get, untilClosed: true },
    },
  ),
  one(
    'reset-after-headers-to-http2',
    (id) => [headers(id, [ok], false) + data(id, 'half'), { afterMs: 50 }, rstStream(id, 7)],
    {
      exchange: { frames: [hello + headers(1)] },
    },
  ),
  one(
    'reset-no-error-after-a-whole-response',
    (id) => [headers(id, [ok], false) + data(id, 'ok', true) + rstStream(id, 0)],
    {
      exchange: { frames: [hello + headers(1, request('/', [], 'POST'), false)] },
      answer: { on: 'head' },
    },
  ),
  one('goaway', (id) => [frame('GOAWAY', 0, 0, u32(id) + u32(0)) + headers(id, [ok])], {
    exchange: { send: [get, { afterResponses: 1 }, { afterMs: 50 }, get], responses: 2 },
  }),
  one('goaway-below-the-stream', () => [frame('GOAWAY', 0, 0, u32(0) + u32(0))]),
  one('goaway-below-one-of-two', () => [], {
    ...second(() => [frame('GOAWAY', 0, 0, u32(1) + u32(0)), { afterMs: 50 }, headers(1, [ok])]),
  }),
  one('goaway-with-an-error', (id) => [frame('GOAWAY', 0, 0, u32(id) + u32(11)) + headers(id, [ok])]),
  one('goaway-twice', (id) => [
    frame('GOAWAY', 0, 0, u32(0x7fff_ffff) + u32(0)) +
      frame('GOAWAY', 0, 0, u32(id) + u32(0)) +
      headers(id, [ok]),
  ]),
  one('goaway-that-grows', (id) => [
    frame('GOAWAY', 0, 0, u32(id) + u32(0)) + frame('GOAWAY', 0, 0, u32(id + 2) + u32(0)),
  ]),
  one('goaway-of-an-even-stream', () => [frame('GOAWAY', 0, 0, u32(2) + u32(0))]),
  one(
    'goaway-when-idle',
    (id) => [headers(id, [ok]), { afterMs: 50 }, frame('GOAWAY', 0, 0, u32(id) + u32(0))],
    {
      exchange: { send: [get, { afterResponses: 1 }, { afterMs: 400 }, get], responses: 2 },
      waitForAfter: { 'cluster.up.upstream_cx_close_notify': 2 },
    },
  ),
  one('fin', () => [], { answer: { finally: 'close' } }),
  one('fin-mid-body', (id) => [headers(id, [ok], false) + data(id, 'half'), { afterMs: 50 }], {
    answer: { finally: 'close' },
    exchange: { send: get, untilClosed: true },
  }),
  one('connection-reset', () => [], { answer: { finally: 'reset' } }),
  one('http1-answer', () => ['HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'], {
    upstreams: { up: { http2: { hello: 'HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n' } } },
  }),
  one('no-settings', (id) => [headers(id, [ok])], {
    upstreams: { up: { http2: { hello: frame('PING', 0, 0, '12345678'), answers: [{ frames: () => [] }] } } },
  }),
  one('push-promise', (id) => [frame('PUSH_PROMISE', END_HEADERS, id, u32(2) + block(...request()))]),
  one('headers-on-stream-0', () => [headers(0, [ok])]),
  one('headers-on-an-even-stream', () => [headers(2, [ok])]),
  one('headers-on-an-idle-stream', (id) => [headers(id + 2, [ok])]),
  one('headers-on-a-closed-stream', (id) => [headers(id, [ok]), headers(id, [ok])], {
    exchange: { send: [get, { afterResponses: 1 }, { afterMs: 50 }, get], responses: 2 },
  }),
  one('data-before-headers', (id) => [data(id, 'x', true)]),
  one('data-on-an-idle-stream', (id) => [data(id + 2, 'x', true)]),
  one('data-on-stream-0', () => [data(0, 'x', true)]),
  one('data-after-1xx', (id) => [headers(id, [[':status', '103']], false) + data(id, 'x', true)]),
  one('end-with-1xx', (id) => [headers(id, [[':status', '103']])]),
  one('end-after-1xx', (id) => [headers(id, [[':status', '103']], false) + data(id, '', true)]),
  one('data-to-head', (id) => [headers(id, [ok], false) + data(id, 'x', true)], {
    exchange: { send: 'HEAD / HTTP/1.1\r\nhost: a\r\n\r\n' },
  }),
  one('data-to-204', (id) => [headers(id, [[':status', '204']], false) + data(id, 'x', true)]),
  one(
    'body-longer-than-content-length',
    (id) => [headers(id, [ok, ['content-length', '1']], false) + data(id, 'xy', true)],
    { exchange: { send: get, untilClosed: true } },
  ),
  one(
    'body-shorter-than-content-length',
    (id) => [headers(id, [ok, ['content-length', '9']], false) + data(id, 'xy', true)],
    { exchange: { send: get, untilClosed: true } },
  ),
  one('content-length-without-a-body', (id) => [headers(id, [ok, ['content-length', '9']])]),
  one('trailers-without-end', (id) => [headers(id, [ok], false) + headers(id, [['x-t', '1']], false)], {
    exchange: { send: get, untilClosed: true },
  }),
  one('pseudo-field-in-trailers', (id) => [headers(id, [ok], false) + headers(id, [[':status', '200']])], {
    exchange: { send: get, untilClosed: true },
  }),
  fields('status-101', [':status', '101']),
  fields('status-of-two-digits', [':status', '20']),
  fields('status-of-letters', [':status', 'abc']),
  fields('status-of-zeros', [':status', '000']),
  fields('status-below-100', [':status', '099']),
  one(
    'status-below-100-with-a-body',
    (id) => [headers(id, [[':status', '050']], false) + data(id, 'x', true)],
    { exchange: { frames: [hello + headers(1)] } },
  ),
  fields('no-status', ['x-a', 'b']),
  fields('status-twice', ok, ok),
  fields('status-after-a-field', ['x-a', 'b'], ok),
  fields('pseudo-field-of-a-request', ok, [':path', '/']),
  fields('upper-case-name', ok, ['X-A', 'b']),
  fields('space-in-name', ok, ['x a', 'b']),
  fields('empty-name', ok, ['', 'b']),
  fields('control-in-value', ok, ['x-a', 'b\x01']),
  fields('connection-field', ok, ['connection', 'close']),
  fields('transfer-encoding-field', ok, ['transfer-encoding', 'chunked']),
  fields('te-field', ok, ['te', 'gzip']),
  fields('content-length-twice', ok, ['content-length', '0'], ['content-length', '0']),
  fields('content-length-of-many-zeros', ok, ['content-length', '0'.repeat(30)]),
  fields('content-length-of-64-bits', ok, ['content-length', '9223372036854775808']),
  one(
    'content-length-of-63-bits',
    (id) => [headers(id, [ok, ['content-length', '9223372036854775807']], false) + data(id, 'x')],
    {
      exchange: { send: get, untilClosed: true },
      answer: { finally: 'close' },
    },
  ),
  fields('content-length-garbage', ok, ['content-length', 'x']),
  fields('content-length-of-204', [':status', '204'], ['content-length', '5']),
  one(
    'invalid-of-two-streams',
    () => [],
    second((id) => [headers(id, [ok, ['connection', 'close']])]),
  ),
  one('stream-error', () => [], {
    ...second((id) => [headers(id, [ok, ['connection', 'close']]), { afterMs: 50 }, headers(1, [ok])]),
    http2: whole,
  }),
  one('stream-error-no-status', (id) => [headers(id, [['x-a', 'b']])], { http2: whole }),
  one('headers-too-many', (id) => [
    headers(id, [ok, ...Array.from({ length: 101 }, (): Field => ['x-a', 'b'])]),
  ]),
  one('headers-too-large', (id) => [
    frame('HEADERS', END_STREAM, id, block(ok)) +
      [1, 2, 3, 4].map(() => frame('CONTINUATION', 0, id, block(['x-a', 'b'.repeat(15_900)]))).join('') +
      frame('CONTINUATION', END_HEADERS, id, ''),
  ]),
  one('headers-limits', (id) => [headers(id, [ok, ['x-a', 'b'], ['x-c', 'd']])], {
    common: { max_headers_count: 2 },
  }),
  one('response-headers-kb', (id) => [headers(id, [ok, ['x-a', 'b'.repeat(1100)]])], {
    common: { max_response_headers_kb: 1 },
  }),
  one('hpack-index', (id) => [frame('HEADERS', END_HEADERS | END_STREAM, id, '\xff\xff')]),
  one('frame-too-large', (id) => [frame('DATA', 0, id, 'x'.repeat(16_385))]),
  one('rst-stream-of-length-3', (id) => [frame('RST_STREAM', 0, id, 'abc')]),
  one('rst-stream-on-an-idle-stream', (id) => [rstStream(id + 2, 8)]),
  one('window-update-0', () => [windowUpdate(0, 0)]),
  one('window-update-0-on-a-stream', (id) => [windowUpdate(id, 0)]),
  one('window-overflow', () => [windowUpdate(0, 0x7fff_ffff)]),
  one('settings-window-too-large', () => [settings(4, 0x8000_0000)]),
  one('settings-let-clients-push', () => [settings(2, 1)]),
  one('settings-extended-connect-is-taken-back', () => [
    settings(8, 1),
    { afterSettingsAcks: 2 },
    settings(8, 0),
  ]),
  one('settings-of-priorities-change', () => [settings(9, 1)]),
  one('settings-of-priorities-of-2', () => [settings(9, 2)]),
  one('settings-said-twice-in-one-frame', (id) => [headers(id, [ok])], {
    upstreams: {
      up: {
        http2: {
          hello: settings(9, 0, 9, 1, 8, 1, 8, 0),
          answers: [{ frames: (id) => [apart, headers(id, [ok])] }],
        },
      },
    },
  }),
  one('settings-of-priorities-stay', (id) => [settings(9, 0) + headers(id, [ok])]),
  one('data-without-room-for-padding', (id) => [headers(id, [ok], false) + frame('DATA', PADDED, id, '')], {
    exchange: { send: get, untilClosed: true },
  }),
  one('headers-without-room-for-padding', (id) => [frame('HEADERS', PADDED, id, '')]),
  one('headers-padded-into-the-priority', (id) => [
    frame('HEADERS', PADDED | PRIORITY, id, '\x03\0\0\0\0\0\0'),
  ]),
  one('headers-that-depend-on-themselves', (id) => [
    frame('HEADERS', PRIORITY | END_HEADERS | END_STREAM, id, `${u32(id)}\x10${block(ok)}`),
  ]),
  one('push-promise-too-short', (id) => [frame('PUSH_PROMISE', END_HEADERS, id, '\0')]),
  one('push-promise-without-room-for-padding', (id) => [frame('PUSH_PROMISE', PADDED, id, '')]),
  one('ping-of-length-7', () => [frame('PING', 0, 0, '1234567')]),
  one('continuation-alone', (id) => [frame('CONTINUATION', END_HEADERS, id, '')]),
  one('continuation-interrupted', (id) => [frame('HEADERS', 0, id, block(ok)) + data(id, 'x')]),
  one('empty-frames-flood', (id) => [headers(id, [ok], false) + data(id, '') + data(id, '') + data(id, '')], {
    exchange: { send: get, untilClosed: true },
  }),
  one('window-update-flood', (id) => [windowUpdate(id, 1).repeat(30)]),
  one('priority-flood', (id) => [frame('PRIORITY', 0, id, '\0\0\0\0\0').repeat(500)]),
  one('window-exceeded', (id) => [headers(id, [ok], false) + data(id, 'x'.repeat(16_000)).repeat(6)], {
    http2: { initial_stream_window_size: 65_535, initial_connection_window_size: 65_535 },
    exchange: { send: get, untilClosed: true },
  }),
];
