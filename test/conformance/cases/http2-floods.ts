import type { Case } from '../case.ts';
import {
  ACK,
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  hello,
  preface,
  request,
  settings,
  u32,
} from '../http2/frames.ts';

const counted =
  /^(http2\.|http\.ingress\.downstream_(cx_(protocol_error|destroy|http2)|rq_(total|http2|rx_reset|tx_reset|too|[245]xx)))/;

/** A client that is a burden; `ended`: streams that come to an end before the connection does. */
const flood = (name: string, bytes: string, ended: number, more: Partial<Case> = {}): Case => ({
  name: `http2-floods/${name}`,
  config: {
    routes: [{ match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: 'direct' } } }],
    hcm: { delayed_close_timeout: '0.1s' },
  },
  upstreams: {},
  exchanges: [{ frames: [hello + bytes], ended: ended || 99, untilClosed: ended === 0 }],
  stats: counted,
  logLines: ended,
  ...more,
});

/** A string of this length, which is 127 or more (RFC 7541 §5.1). */
function long(length: number, fill: string): string {
  let text = '\x7f';
  let rest = length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) text += String.fromCharCode((rest % 128) + 128);
  return text + String.fromCharCode(rest) + fill.repeat(length);
}

/** One request's header block in HEADERS and CONTINUATION frames of so many bytes. */
function continued(text: string, bytes: number): string {
  const parts = text.match(new RegExp(`[^]{1,${bytes}}`, 'g')) ?? [];
  return parts
    .map((part, i) =>
      frame(
        i === 0 ? 'HEADERS' : 'CONTINUATION',
        (i === 0 ? END_STREAM : 0) | (i === parts.length - 1 ? END_HEADERS : 0),
        1,
        part,
      ),
    )
    .join('');
}

/** A request in HEADERS and one field, byte by byte, in so many CONTINUATION frames. */
const continuations = (frames: number) =>
  frame('HEADERS', END_STREAM, 1, `${block(...request())}\x00\x01x${long(frames, '')}`) +
  frame('CONTINUATION', 0, 1, 'y').repeat(frames - 1) +
  frame('CONTINUATION', END_HEADERS, 1, 'y');
const entries = (count: number) => settings(...Array.from({ length: count }, () => [3, 100]).flat());
const indexed = `\x40\x01x${long(4000, 'y')}`;

/** What attackers send much of, and how much of it is still served. */
export const http2Floods: readonly Case[] = [
  flood('settings-of-32-entries', entries(32) + headers(1), 1),
  flood('settings-of-33-entries', entries(33) + headers(1), 0),
  flood('continuations-512', continuations(512) + headers(3), 2),
  flood('continuations-513', continuations(513) + headers(3), 0),
  flood(
    'continuations-without-end',
    frame('HEADERS', END_STREAM, 1, block(...request())) +
      frame('CONTINUATION', 0, 1, block(['x', 'y'.repeat(10_000)])).repeat(40),
    1,
  ),
  flood(
    'longest-string',
    continued(`${block(...request())}\x00\x01x${long(65_536, 'y')}`, 16_000) + headers(3),
    2,
  ),
  flood(
    'string-too-long',
    continued(`${block(...request())}\x00\x01x${long(65_537, 'y')}`, 16_000) + headers(3),
    0,
  ),
  flood(
    'hpack-bomb',
    frame('HEADERS', END_STREAM | END_HEADERS, 1, block(...request()) + indexed + '\xbe'.repeat(1000)) +
      headers(3),
    2,
  ),
  flood(
    'hpack-bomb-of-few-fields',
    frame('HEADERS', END_STREAM | END_HEADERS, 1, block(...request()) + indexed + '\xbe'.repeat(20)) +
      headers(3),
    2,
  ),
  flood('unknown-frames', frame(0x42, 0, 1, 'x').repeat(3000) + headers(1), 1),
  flood('unknown-empty-frames', frame(0x42, 0, 0).repeat(3000) + headers(1), 1),
  flood('goaways', frame('GOAWAY', 0, 0, u32(0) + u32(0)).repeat(300) + headers(1), 1),
  flood('acknowledgements-of-pings', frame('PING', ACK, 0, '12345678').repeat(3000) + headers(1), 1),
  flood('priority-updates', frame(0x10, 0, 0, `${u32(1)}u=1`).repeat(300) + headers(1), 1),
  flood('table-of-no-size', '', 1, {
    config: {
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
      hcm: { http2_protocol_options: { hpack_table_size: 0 } },
    },
    exchanges: [
      {
        frames: [hello + frame('HEADERS', END_STREAM | END_HEADERS, 1, `\x20${block(...request())}`)],
        ended: 1,
      },
    ],
  }),
  flood('table-larger-than-no-size', '', 0, {
    config: {
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
      hcm: { delayed_close_timeout: '0.1s', http2_protocol_options: { hpack_table_size: 0 } },
    },
    exchanges: [
      {
        frames: [hello + frame('HEADERS', END_STREAM | END_HEADERS, 1, `\x21${block(...request())}`)],
        ended: 9,
        untilClosed: true,
      },
    ],
  }),
  flood('table-size-changes', preface, 1, {
    exchanges: [
      {
        frames: [
          preface +
            settings(1, 0) +
            settings(1, 4096) +
            settings(1, 100) +
            frame('SETTINGS', ACK, 0) +
            headers(1) +
            headers(3),
        ],
        ended: 2,
      },
    ],
    logLines: 2,
  }),
];
