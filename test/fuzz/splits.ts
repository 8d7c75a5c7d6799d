import { isDeepStrictEqual } from 'node:util';
import type { Verdict } from '../../src/proxy/codec/http1/battery/case.ts';
import { judge } from '../../src/proxy/codec/http1/battery/codec.ts';
import type { ResponseVerdict } from '../../src/proxy/codec/http1/battery/response-case.ts';
import { judgeResponse } from '../../src/proxy/codec/http1/battery/response-codec.ts';
import type { Input } from './input.ts';
import type { Random } from './random.ts';

/** Inputs up to so many bytes are cut at every place. */
const shortest = 48;
/** Of longer ones, one in so many, up to so many bytes. */
const oneIn = 40;
const longest = 400;
/** Cuts at random of every input. */
const tries = 3;

/** What our codec makes of an input's bytes, cut into pieces. */
export function readPieces(input: Input, pieces: readonly Buffer[]): Verdict | ResponseVerdict {
  return input.kind === 'request'
    ? judge({ name: '', bytes: '', variant: input.variant }, pieces)
    : judgeResponse({ name: '', bytes: '', method: input.method, behind: input.behind }, pieces);
}

/**
 * Cuts the bytes in many ways: our codec must read the same of all, and never throw. Returns what it did otherwise,
 * and of which pieces; undefined when all is well.
 */
export function splitDifference(input: Input, random: Random, everywhere = false): string | undefined {
  const { bytes } = input;
  if (bytes.length === 0) return undefined;
  let whole: unknown;
  for (const pieces of ways(bytes, random, everywhere)) {
    let verdict: unknown;
    try {
      verdict = readPieces(input, pieces);
    } catch (error) {
      return `threw ${(error as Error).stack} of ${show(pieces)}`;
    }
    whole ??= verdict;
    if (!isDeepStrictEqual(verdict, whole)) {
      return `read ${JSON.stringify(verdict)}\nof ${show(pieces)}\nand ${JSON.stringify(whole)}\nof the whole`;
    }
  }
  return undefined;
}

/** The bytes whole, in pieces of any size, byte by byte, and of some cut in two at every place. */
export function* ways(bytes: Buffer, random: Random, everywhere: boolean): Generator<Buffer[]> {
  yield [bytes];
  for (let i = 0; i < tries; i++) yield shatter(bytes, random);
  if (bytes.length > longest) return;
  yield Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
  if (!everywhere && bytes.length > shortest && !random.once(oneIn)) return;
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
}

function shatter(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  const most = random.pick([3, 20, 200, 20_000]);
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(most);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

function show(pieces: readonly Buffer[]): string {
  return JSON.stringify(pieces.map((piece) => piece.toString('latin1')));
}
