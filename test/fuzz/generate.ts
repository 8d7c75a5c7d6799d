import { variants } from '../../src/proxy/codec/http1/battery/case.ts';
import { type Input, methods } from './input.ts';
import { Random } from './random.ts';
import { makeRequests } from './request-grammar.ts';
import { makeResponse } from './response-grammar.ts';
import { marks } from './words.ts';

/** What is put into bytes, or over others, anywhere. */
const pieces = [
  ...marks,
  'chunked',
  'Content-Length: 1\r\n',
  'Transfer-Encoding: chunked\r\n',
  '0\r\n\r\n',
  '\r\n ',
  'GET / HTTP/1.1\r\n',
  'Host: x\r\n',
  'Connection: close\r\n',
  'HTTP/1.0',
  'HTTP/1.1 200 OK\r\n',
].map((text) => Buffer.from(text, 'latin1'));

/** The input of a seed: made up, or one of the corpus changed in places. */
export function generate(seed: number, corpus: readonly Input[]): Input {
  const random = new Random(seed);
  const fresh = corpus.length === 0 || random.below(3) > 0;
  const made = fresh ? makeUp(random) : random.pick(corpus);
  let { bytes } = made;
  if (!fresh || random.once(3)) {
    const others = corpus.filter(({ kind }) => kind === made.kind);
    for (let times = 1 + random.below(3); times > 0; times--) bytes = change(bytes, others, random);
  }
  return made.kind === 'request'
    ? { kind: 'request', variant: random.once(3) ? random.pick(variants) : made.variant, bytes }
    : { kind: 'response', method: made.method, behind: made.behind, bytes };
}

function makeUp(random: Random): Input {
  if (random.below(3) > 0) {
    const variant = random.once(2) ? 'default' : random.pick(variants);
    return { kind: 'request', variant, bytes: Buffer.from(makeRequests(random), 'latin1') };
  }
  const method = random.once(2) ? 'GET' : random.pick(methods);
  const behind = random.once(2) ? 'fin' : 'nothing';
  return { kind: 'response', method, behind, bytes: Buffer.from(makeResponse(random), 'latin1') };
}

function change(data: Buffer, others: readonly Input[], random: Random): Buffer {
  const at = random.below(data.length + 1);
  const to = Math.min(data.length, at + 1 + random.below(12));
  const [before, cut, after] = [data.subarray(0, at), data.subarray(at, to), data.subarray(to)];
  const piece = random.pick(pieces);
  switch (random.below(7)) {
    case 0:
      return Buffer.concat([before, Buffer.from([random.below(256)]), data.subarray(at + 1)]);
    case 1:
      return Buffer.concat([before, piece, cut, after]);
    case 2:
      return Buffer.concat([before, piece, after]);
    case 3:
      return Buffer.concat([before, after]);
    case 4:
      return Buffer.concat([before, cut, cut, after]);
    case 5:
      return random.once(4) ? before : Buffer.concat([before, cut, piece, after]);
    default: {
      if (others.length === 0) return data;
      const other = random.pick(others).bytes;
      return Buffer.concat([before, other.subarray(random.below(other.length))]);
    }
  }
}
