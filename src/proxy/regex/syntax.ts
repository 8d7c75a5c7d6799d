/**
 * Byte ranges as pairs, low and high inclusive, in order and not touching: `[0x30, 0x39]` is `[0-9]`. Envoy has RE2
 * read Latin-1, so a character is a byte.
 */
export type Ranges = readonly number[];

export type Assertion =
  | 'begin-text'
  | 'end-text'
  | 'begin-line'
  | 'end-line'
  | 'word-boundary'
  | 'no-word-boundary';

/** A parsed pattern. */
export type Node =
  | { readonly kind: 'empty' }
  /** One byte out of these; of no range, none. */
  | { readonly kind: 'class'; readonly ranges: Ranges }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'group'; readonly index: number; readonly node: Node }
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly kind: 'choice'; readonly nodes: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly node: Node;
      readonly min: number;
      /** Infinity: no limit. */
      readonly max: number;
      readonly greedy: boolean;
    };

export const maxByte = 0xff;

/** Sorts pairs and joins those that overlap or touch. */
export function normalize(pairs: readonly number[]): number[] {
  const sorted: [number, number][] = [];
  for (let i = 0; i < pairs.length; i += 2) sorted.push([pairs[i]!, pairs[i + 1]!]);
  sorted.sort((a, b) => a[0] - b[0]);
  const ranges: number[] = [];
  for (const [low, high] of sorted) {
    const last = ranges.length - 1;
    if (last > 0 && low <= ranges[last]! + 1) ranges[last] = Math.max(ranges[last]!, high);
    else ranges.push(low, high);
  }
  return ranges;
}

/** All bytes outside. */
export function negate(ranges: Ranges): number[] {
  const outside: number[] = [];
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! > next) outside.push(next, ranges[i]! - 1);
    next = ranges[i + 1]! + 1;
  }
  if (next <= maxByte) outside.push(next, maxByte);
  return outside;
}
