import { FrameType, preface } from '../../src/proxy/codec/http2/frame.ts';
import { frame } from '../../src/proxy/codec/http2/server.fake.ts';
import type { Random } from './random.ts';

const types = Object.values(FrameType);
const odd = ['X', 'connection', 'content-length', ':x', '', 'upgrade', 'transfer-encoding', 'host', ':path'];
const edges = [0, 1, 2, 5, 255, 16_384, 65_535, 0x7fff_ffff];

/** Bytes a client might send on an HTTP/2 connection: frames that are right, or nearly so, then bytes changed. */
export function makeHttp2(seed: number, random: Random): Buffer {
  const frames = [frame(FrameType.settings, 0, 0, settings(random))];
  let stream = 1;
  for (let count = 1 + random.below(8); count > 0; count--) {
    if (random.below(3) > 0) frames.push(...request(random, stream));
    else if (random.below(5) > 0) frames.push(harmless(random, stream));
    else frames.push(any(random, random.once(2) ? stream : random.below(6)));
    stream += random.once(10) ? 0 : 2;
  }
  let bytes = Buffer.concat([preface, ...frames]);
  for (let times = seed % 3 > 0 ? 0 : 1 + random.below(3); times > 0; times--) {
    const at = random.below(bytes.length);
    const rest = bytes.subarray(at + random.below(4));
    if (random.once(2)) bytes[at] = random.below(256);
    else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), rest]);
  }
  return bytes;
}

function settings(random: Random): Buffer {
  const payload = Buffer.alloc(random.once(5) ? 6 * random.below(3) : 0);
  for (let at = 0; at < payload.length; at += 6) {
    payload.writeUInt16BE(random.below(10), at);
    payload.writeUInt32BE(random.pick(edges), at + 2);
  }
  return payload;
}

/** A request in HEADERS, maybe CONTINUATION, DATA and trailers. */
function request(random: Random, stream: number): Buffer[] {
  const path = random.once(12) ? random.pick(['', 'a', '/\0', '*']) : '/a';
  const fields = [
    [':method', random.once(12) ? random.pick(['CONNECT', 'get', '']) : 'POST'],
    [':scheme', random.pick(['http', 'https'])],
    [':path', path],
    [':authority', random.once(12) ? random.pick(['a b', '']) : 'h'],
    ...random.some(3, () => random.pick(['a', 'b', 'te', 'cookie', 'a_b'])).map((name) => [name, 'trailers']),
    ...(random.once(8) ? [[random.pick(odd), random.pick(['v', '3', '', ' v', 'v\0', 'close'])]] : []),
  ] as [string, string][];
  if (random.once(15)) fields.splice(random.below(4), 1);
  const block = encode(fields);
  const cut = random.once(4) ? random.below(block.length + 1) : block.length;
  const body = random.once(2);
  const whole = cut === block.length;
  const frames = [frame(FrameType.headers, (whole ? 4 : 0) | (body ? 0 : 1), stream, block.subarray(0, cut))];
  if (!whole) frames.push(frame(FrameType.continuation, random.once(8) ? 0 : 4, stream, block.subarray(cut)));
  if (!body) return frames;
  for (let count = random.below(3); count >= 0; count--) {
    const padded = random.once(5);
    const text = Buffer.from(random.pick(['abc', '', 'a', 'x'.repeat(300)]));
    const payload = padded ? Buffer.concat([Buffer.from([random.below(5)]), text]) : text;
    frames.push(frame(FrameType.data, (padded ? 8 : 0) | (count === 0 ? 1 : 0), stream, payload));
  }
  if (random.once(4))
    frames.push(frame(FrameType.headers, random.once(8) ? 4 : 5, stream, encode([['t', 'v']])));
  return frames;
}

/** A frame that may come at any time. */
function harmless(random: Random, stream: number): Buffer {
  const window = Buffer.from([0, 0, 1, random.below(256)]);
  switch (random.below(5)) {
    case 0:
      return frame(FrameType.ping, random.below(2), 0, Buffer.alloc(8, random.below(256)));
    case 1:
      return frame(FrameType.windowUpdate, 0, 0, window);
    case 2:
      return frame(FrameType.settings, 0, 0, settings(random));
    case 3:
      return frame(FrameType.rstStream, 0, Math.max(1, stream - 2), Buffer.from([0, 0, 0, random.below(15)]));
    default:
      return frame(
        20 + random.below(100),
        random.below(256),
        random.below(10),
        Buffer.alloc(random.below(20)),
      );
  }
}

/** A frame of any type, with a payload that fits it or not. */
function any(random: Random, stream: number): Buffer {
  const type = random.once(10) ? random.below(256) : random.pick(types);
  const length = random.pick([0, 1, 4, 5, 6, 8, 12, 20]);
  const payload = Buffer.from(Array.from({ length }, () => (random.once(2) ? 0 : random.below(256))));
  return frame(type, random.once(2) ? 0 : random.below(256), stream, payload);
}

/** Literals only: a table of the encoder's own would tie frames together. */
function encode(fields: readonly [string, string][]): Buffer {
  const bytes: number[] = [];
  for (const [name, value] of fields) {
    bytes.push(0, name.length, ...Buffer.from(name, 'latin1'), value.length, ...Buffer.from(value, 'latin1'));
  }
  return Buffer.from(bytes);
}
