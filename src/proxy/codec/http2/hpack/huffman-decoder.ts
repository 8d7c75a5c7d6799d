import { HpackError } from './hpack-error.ts';
import { codeLengths, codes, endOfString } from './huffman-code.ts';

// Tables of 256 entries for the next eight bits, the root first. An entry is 0 where no code goes on, or a leaf
// (its symbol, and how many of the eight bits it takes), or, below zero, the offset of the table for the bits after.
const levels: number[][] = [];

function newLevel(): number {
  levels.push(new Array<number>(256).fill(0));
  return levels.length - 1;
}

function build(): Int16Array {
  newLevel();
  for (let symbol = 0; symbol <= endOfString; symbol++) {
    let level = 0;
    let left = codeLengths[symbol]!;
    const code = codes[symbol]!;
    for (; left > 8; left -= 8) {
      const at = (code >>> (left - 8)) & 255;
      if (levels[level]![at] === 0) levels[level]![at] = -newLevel();
      level = -levels[level]![at]!;
    }
    const from = (code << (8 - left)) & 255;
    levels[level]!.fill((symbol << 4) | left, from, from + (1 << (8 - left)));
  }
  return Int16Array.from(levels.flat());
}

const table = build();

const endInside = 'a Huffman string has the end-of-string symbol in it';

let scratch = Buffer.allocUnsafe(256);

/**
 * The string whose Huffman code is `data[start, end)` (RFC 7541 §5.2), as latin1.
 * @throws HpackError when it ends in the middle of a code, is padded with more than seven bits or with other bits
 * than ones, or has the end-of-string symbol in it.
 */
export function decodeHuffman(data: Buffer, start: number, end: number): string {
  // The shortest code is five bits.
  const most = Math.ceil(((end - start) * 8) / 5);
  if (scratch.length < most) scratch = Buffer.allocUnsafe(most * 2);
  const out = scratch;
  let written = 0;
  let level = 0;
  let bits = 0;
  let held = 0;
  // Bits read since the last symbol: what is left of them in the end is padding.
  let open = 0;
  for (let at = start; at < end; at++) {
    bits = ((bits << 8) | data[at]!) & 0xffff;
    held += 8;
    open += 8;
    while (held >= 8) {
      const entry = table[level + ((bits >>> (held - 8)) & 255)]!;
      if (entry < 0) {
        held -= 8;
        level = -entry << 8;
        continue;
      }
      const symbol = entry >> 4;
      if (symbol === endOfString) throw new HpackError(endInside);
      out[written++] = symbol;
      held -= entry & 15;
      open = held;
      level = 0;
    }
  }
  while (held > 0) {
    const entry = table[level + ((bits << (8 - held)) & 255)]!;
    if (entry < 0 || (entry & 15) > held) break;
    const symbol = entry >> 4;
    if (symbol === endOfString) throw new HpackError(endInside);
    out[written++] = symbol;
    held -= entry & 15;
    open = held;
    level = 0;
  }
  if (open > 7) throw new HpackError('a Huffman string ends in the middle of a code');
  const ones = (1 << held) - 1;
  if ((bits & ones) !== ones) throw new HpackError("a Huffman string's padding is not all ones");
  return out.toString('latin1', 0, written);
}
