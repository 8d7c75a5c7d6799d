import { codeLengths, codes } from './huffman-code.ts';

/** How many bytes the latin1 string takes in Huffman code (RFC 7541 §5.2). */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += codeLengths[text.charCodeAt(i) & 255]!;
  return (bits + 7) >>> 3;
}

/** Writes the latin1 string's Huffman code at `out[at]`, padded with ones; where it ends. */
export function encodeHuffman(text: string, out: Buffer, at: number): number {
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 255;
    let length = codeLengths[symbol]!;
    const code = codes[symbol]!;
    // Up to seven bits wait: a code of more than 24 goes in two parts to stay within 32.
    if (length > 24) {
      length -= 16;
      bits = (bits << length) | (code >>> 16);
      held += length;
      while (held >= 8) {
        held -= 8;
        out[at++] = bits >>> held;
      }
      length = 16;
    }
    bits = (bits << length) | (length === 16 ? code & 0xffff : code);
    held += length;
    while (held >= 8) {
      held -= 8;
      out[at++] = bits >>> held;
    }
  }
  if (held > 0) out[at++] = (bits << (8 - held)) | (0xff >>> held);
  return at;
}
