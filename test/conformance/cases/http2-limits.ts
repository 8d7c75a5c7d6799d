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
  request,
  rstStream,
  settings,
  u32,
  windowUpdate,
} from '../http2/frames.ts';

const counted =
  /^(http2\.(?!outbound_(control_)?frames)|http\.ingress\.downstream_(cx_(protocol_error|drain_close|idle|max)|rq_(total|http2|rx_reset|tx_reset|too|max|timeout|idle|header|[245]xx)))/;
const direct = {
  routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'direct' } } }],
};
const limited = (
  name: string,
  hcm: Record<string, unknown>,
  exchange: FrameExchange,
  more: Partial<Case> = {},
): Case => ({
  name: `http2-limits/${name}`,
  config: { ...direct, hcm: { delayed_close_timeout: '0.1s', ...hcm } },
  upstreams: { up: { answers: [{ raw: '' }] } },
  exchanges: [exchange],
  stats: counted,
  ...more,
});
const http2 = (options: Record<string, unknown>) => ({ http2_protocol_options: options });
const common = (options: Record<string, unknown>) => ({ common_http_protocol_options: options });
const closes = (frames: FrameExchange['frames']): FrameExchange => ({ frames, ended: 99, untilClosed: true });
const toUpstream = { config: { hcm: { delayed_close_timeout: '0.1s' } } };
const upstreamWith = (hcm: Record<string, unknown>): Partial<Case> => ({
  config: { hcm: { ...toUpstream.config.hcm, ...hcm } },
});
const many = (count: number, fields: (i: number) => Field) =>
  Array.from({ length: count }, (_, i) => fields(i));
const ping = frame('PING', 0, 0, '12345678');

/** What the limits of HTTP/2 and the timeouts do to a stream and to its connection. */
export const http2Limits: readonly Case[] = [
  limited(
    'settings',
    http2({
      hpack_table_size: 1024,
      max_concurrent_streams: 5,
      initial_stream_window_size: 70_000,
      initial_connection_window_size: 80_000,
    }),
    { frames: [hello + frame('HEADERS', END_HEADERS | END_STREAM, 1, `\x3f\xe1\x07${block(...request())}`)] },
  ),
  limited(
    'table-size-update-is-missing',
    http2({
      hpack_table_size: 1024,
      max_concurrent_streams: 5,
      initial_stream_window_size: 70_000,
      initial_connection_window_size: 80_000,
    }),
    closes([hello + headers(1)]),
  ),
  limited(
    'smallest-windows',
    http2({ initial_stream_window_size: 65_535, initial_connection_window_size: 65_535 }),
    { frames: [hello + headers(1)] },
  ),
  limited(
    'stream-refused-before-the-acknowledgement',
    http2({ max_concurrent_streams: 1 }),
    { frames: [hello.slice(0, -9) + headers(1) + headers(3)], ended: 2 },
    {
      ...upstreamWith(http2({ max_concurrent_streams: 1 })),
      logLines: 0,
      exchanges: [{ frames: [hello.slice(0, -9) + headers(1) + headers(3), { afterUpstreamBytes: 1 }] }],
    },
  ),
  limited('too-many-streams', {}, closes([hello + headers(1) + headers(3)]), {
    ...upstreamWith(http2({ max_concurrent_streams: 1 })),
  }),
  limited(
    'headers-too-large',
    { max_request_headers_kb: 1 },
    { frames: [hello + headers(1, request('/', [['x', 'y'.repeat(2000)]])) + headers(3)], ended: 2 },
    { logLines: 2 },
  ),
  limited(
    'headers-too-many',
    common({ max_headers_count: 5 }),
    {
      frames: [
        hello +
          headers(
            1,
            request(
              '/',
              many(6, (i) => [`x${i}`, 'y']),
            ),
          ) +
          headers(3),
      ],
      ended: 2,
    },
    { logLines: 2 },
  ),
  limited('headers-just-enough', common({ max_headers_count: 9 }), {
    frames: [
      hello +
        headers(
          1,
          request(
            '/',
            many(5, (i) => [`x${i}`, 'y']),
          ),
        ),
    ],
  }),
  limited(
    'headers-over-continuations',
    {},
    {
      frames: [
        hello +
          frame('HEADERS', END_STREAM, 1, block(...request(), ['x', 'y'.repeat(15_000)])) +
          Array.from({ length: 5 }, () => frame('CONTINUATION', 0, 1, block(['x', 'y'.repeat(15_000)]))).join(
            '',
          ) +
          frame('CONTINUATION', END_HEADERS, 1, '') +
          headers(3),
      ],
      ended: 2,
    },
    { logLines: 2 },
  ),
  limited(
    'trailers-too-many',
    common({ max_headers_count: 5 }),
    {
      frames: [
        hello +
          headers(1, request('/', [], 'POST'), false) +
          headers(
            1,
            many(6, (i) => [`x${i}`, 'y']),
          ),
      ],
    },
    upstreamWith(common({ max_headers_count: 5 })),
  ),
  limited(
    'underscore-rejected',
    common({ headers_with_underscores_action: 'REJECT_REQUEST' }),
    { frames: [hello + headers(1, request('/', [['a_b', 'c']])) + headers(3)], ended: 2 },
    { logLines: 2 },
  ),
  limited(
    'underscore-dropped',
    {},
    { frames: [hello + headers(1, request('/', [['a_b', 'c']]))] },
    { ...upstreamWith(common({ headers_with_underscores_action: 'DROP_HEADER' })), upstreams: { up: {} } },
  ),
  limited(
    'ping-flood',
    http2({ max_outbound_control_frames: 10 }),
    closes([hello, { afterMs: 50 }, ping.repeat(11)]),
  ),
  limited(
    'settings-flood',
    http2({ max_outbound_control_frames: 10 }),
    closes([hello, { afterMs: 50 }, settings().repeat(11)]),
  ),
  limited(
    'empty-data-flood',
    {},
    closes([hello + headers(1, request('/', [], 'POST'), false) + data(1, '').repeat(2)]),
    upstreamWith({}),
  ),
  limited(
    'empty-data-allowed',
    {},
    {
      frames: [
        hello + headers(1, request('/', [], 'POST'), false) + data(1, '').repeat(3),
        { afterUpstreamBytes: 1 },
      ],
      ended: 0,
    },
    { ...upstreamWith(http2({ max_consecutive_inbound_frames_with_empty_payload: 3 })), logLines: 0 },
  ),
  limited(
    'priority-flood',
    http2({ max_inbound_priority_frames_per_stream: 2 }),
    closes([hello + frame('PRIORITY', 0, 1, `${u32(0)}\x10`).repeat(3)]),
  ),
  limited(
    'window-update-flood',
    http2({ max_inbound_window_update_frames_per_data_frame_sent: 1 }),
    closes([hello + windowUpdate(0, 1).repeat(6)]),
  ),
  limited('window-updates-just-enough', http2({ max_inbound_window_update_frames_per_data_frame_sent: 1 }), {
    frames: [hello + windowUpdate(0, 1).repeat(5) + headers(1)],
  }),
  limited(
    'outbound-flood',
    http2({ max_outbound_frames: 5 }),
    closes([hello + [1, 3, 5, 7].map((id) => headers(id)).join('')]),
  ),
  limited(
    'max-requests',
    common({ max_requests_per_connection: 2 }),
    closes([hello + headers(1), { afterEnded: 1 }, headers(3)]),
    {
      logLines: 2,
      config: {
        ...direct,
        hcm: {
          drain_timeout: '0.2s',
          delayed_close_timeout: '0.1s',
          ...common({ max_requests_per_connection: 2 }),
        },
      },
    },
  ),
  limited(
    'idle-timeout',
    { drain_timeout: '0.1s', ...common({ idle_timeout: '0.1s' }) },
    closes([hello + headers(1)]),
  ),
  limited(
    'idle-timeout-without-a-request',
    { drain_timeout: '0.1s', ...common({ idle_timeout: '0.1s' }) },
    closes([hello]),
    { logLines: 0 },
  ),
  limited(
    'max-connection-duration',
    { drain_timeout: '0.1s', ...common({ max_connection_duration: '0.1s' }) },
    closes([hello + headers(1)]),
  ),
  limited(
    'draining',
    { drain_timeout: '0.2s' },
    closes([hello + headers(1), { afterGoAways: 1 }, headers(3)]),
    { before: ['POST /healthcheck/fail'], logLines: 2 },
  ),
  limited(
    'request-after-the-last-goaway',
    {},
    closes([hello + headers(1), { afterGoAways: 2 }, headers(5)]),
    {
      before: ['POST /healthcheck/fail'],
      logLines: 0,
      config: { hcm: { drain_timeout: '0.2s', delayed_close_timeout: '0.1s' } },
      upstreams: { up: { answers: [{}, { raw: '' }] } },
      exchanges: [
        {
          frames: [
            hello + headers(1),
            { afterEnded: 1 },
            headers(3),
            { afterGoAways: 2 },
            headers(5),
            { afterMs: 100 },
          ],
          ended: 1,
        },
      ],
    },
  ),
  limited(
    'stream-idle-timeout',
    {},
    { frames: [hello + headers(1)] },
    upstreamWith({ stream_idle_timeout: '0.1s' }),
  ),
  limited(
    'stream-idle-timeout-of-the-request',
    {},
    { frames: [hello + headers(1, request(), false)] },
    upstreamWith({ stream_idle_timeout: '0.1s' }),
  ),
  limited(
    'request-timeout',
    {},
    { frames: [hello + headers(1, request(), false)] },
    upstreamWith({ request_timeout: '0.1s' }),
  ),
  limited(
    'request-headers-timeout',
    {},
    { frames: [hello + frame('HEADERS', END_STREAM, 1, block(...request()))] },
    upstreamWith({ request_headers_timeout: '0.1s' }),
  ),
  limited(
    'max-stream-duration',
    {},
    { frames: [hello + headers(1)] },
    upstreamWith(common({ max_stream_duration: '0.1s' })),
  ),
  limited('custom-settings', http2({ custom_settings_parameters: [{ identifier: 99, value: 5 }] }), {
    frames: [hello + headers(1)],
  }),
  limited(
    'keepalive-answered',
    {},
    {
      frames: [hello + headers(1), { afterPings: 1 }, frame('PING', ACK, 0, '12345678'), { afterPings: 2 }],
      ended: 0,
    },
    {
      ...upstreamWith(
        http2({ connection_keepalive: { interval: '0.4s', timeout: '2s', interval_jitter: {} } }),
      ),
      logLines: 0,
      stats: /^http2\.keepalive_timeout$/,
    },
  ),
  limited(
    'keepalive-unanswered',
    {},
    { frames: [hello + headers(1)], ended: 99, untilClosed: true },
    {
      ...upstreamWith(
        http2({ connection_keepalive: { interval: '0.1s', timeout: '0.2s', interval_jitter: {} } }),
      ),
      stats: /^(http2\.keepalive_timeout|http\.ingress\.downstream_(cx_destroy|rq_.x_reset))/,
    },
  ),
  limited(
    'flush-timeout',
    { stream_idle_timeout: '0.1s' },
    { frames: [hello + settings(4, 1) + headers(1)] },
  ),
  limited(
    'rapid-reset',
    {},
    {
      frames: [
        hello + Array.from({ length: 260 }, (_, i) => headers(2 * i + 1) + rstStream(2 * i + 1)).join(''),
      ],
      ended: 999,
      untilClosed: true,
    },
    {
      ...upstreamWith({}),
      logLines: 0,
      stats: /^http\.ingress\.downstream_(rq_too_many_premature_resets|cx_destroy_local|cx_destroy_remote)$/,
    },
  ),
];
