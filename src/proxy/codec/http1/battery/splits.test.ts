import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cases } from './cases.ts';
import { judge } from './codec.ts';
import { responseCases } from './response-cases.ts';
import { judgeResponse } from './response-codec.ts';

/** Every place to cut a short message; of a long one the first, the last and some between. */
function cuts(length: number): number[] {
  const all = Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  return length <= 400 ? all : all.filter((at) => at < 100 || at > length - 20 || at % 4001 === 0);
}

/** deepEqual, asked only when the texts differ: it is slow. */
function same(got: unknown, expected: unknown, what: () => string): void {
  if (JSON.stringify(got) !== JSON.stringify(expected)) assert.deepEqual(got, expected, what());
}

const bytewise = (data: Buffer) => Array.from(data, (_, i) => data.subarray(i, i + 1));

describe('HTTP/1 bytes, cut anywhere', () => {
  // Fields given twice differ in their names alone.
  const distinct = cases.filter(
    ({ name }) => !name.includes(' twice x-') && !name.includes(' twice access-'),
  );

  it('gives the same requests for any cut in two, and byte by byte', () => {
    for (const one of distinct) {
      const data = Buffer.from(one.bytes, 'latin1');
      const whole = judge(one, [data]);
      for (const at of cuts(data.length)) {
        const halves = judge(one, [data.subarray(0, at), data.subarray(at)]);
        same(halves, whole, () => `${one.name}, cut at ${at}`);
      }
      if (data.length < 2000) same(judge(one, bytewise(data)), whole, () => one.name);
    }
  });

  it('gives the same responses for any cut in two, and byte by byte', () => {
    for (const one of responseCases) {
      const data = Buffer.from(one.bytes, 'latin1');
      const whole = judgeResponse(one, [data]);
      for (const at of cuts(data.length)) {
        const halves = judgeResponse(one, [data.subarray(0, at), data.subarray(at)]);
        same(halves, whole, () => `${one.name}, cut at ${at}`);
      }
      same(judgeResponse(one, bytewise(data)), whole, () => one.name);
    }
  });
});
