import { encodeHuffman, huffmanLength } from './huffman-encoder.ts';

/** What a short block takes (bytes). */
const usual = 512;
/** What is kept of the space of long blocks (bytes). */
const kept = 16_384;

/** The bytes of a header block under way: integers and strings of RFC 7541 §5. */
export class BlockWriter {
  #out = Buffer.allocUnsafeSlow(usual);
  /** Where the next byte goes: how long the block is so far. */
  at = 0;

  /** Starts a block. What is there stays until it is written over. */
  rewind(): void {
    if (this.#out.length > kept) this.#out = Buffer.allocUnsafeSlow(usual);
    this.at = 0;
  }

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    if (this.at + bytes <= this.#out.length) return;
    const wider = Buffer.allocUnsafeSlow((this.at + bytes) * 2);
    this.#out.copy(wider, 0, 0, this.at);
    this.#out = wider;
  }

  /** Writes an integer below 2³² after `pattern`, the bits above `mask` of the first byte. */
  integer(pattern: number, mask: number, value: number): void {
    const out = this.#out;
    if (value < mask) {
      out[this.at++] = pattern | value;
      return;
    }
    out[this.at++] = pattern | mask;
    let rest = value - mask;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) out[this.at++] = (rest & 0x7f) | 0x80;
    out[this.at++] = rest;
  }

  /** Writes a latin1 string, in Huffman code where that is shorter. */
  string(text: string): void {
    const short = huffmanLength(text);
    if (short < text.length) {
      this.integer(0x80, 0x7f, short);
      this.at = encodeHuffman(text, this.#out, this.at);
      return;
    }
    this.integer(0x00, 0x7f, text.length);
    if (text.length > 24) this.at += this.#out.write(text, this.at, 'latin1');
    else for (let i = 0; i < text.length; i++) this.#out[this.at++] = text.charCodeAt(i);
  }

  /** A copy of the block. */
  bytes(): Buffer {
    const { at } = this;
    const out = this.#out;
    const block = Buffer.allocUnsafe(at);
    if (at > 64) out.copy(block, 0, 0, at);
    else for (let i = 0; i < at; i++) block[i] = out[i]!;
    return block;
  }
}
