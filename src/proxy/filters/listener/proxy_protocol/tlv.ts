import { isUtf8 } from 'node:buffer';

/** One type-length-value of a PROXY header of version 2. */
export interface Tlv {
  readonly type: number;
  readonly value: Buffer;
}

/**
 * Takes the extensions of a header apart (haproxy's proxy-protocol.txt §2.2.1); false: they are malformed. `each` gets one
 * as it is found, those before a malformed one, too.
 */
export function readTlvs(data: Buffer, each: (tlv: Tlv) => void): boolean {
  let at = 0;
  while (at < data.length) {
    if (at + 3 > data.length) return false;
    const end = at + 3 + data.readUInt16BE(at + 1);
    if (end > data.length) return false;
    each({ type: data[at]!, value: data.subarray(at + 3, end) });
    at = end;
  }
  return true;
}

/** Text of bytes that ought to be UTF-8, a character a byte as in headers: as Envoy does, each that is not becomes `!`. */
export function sanitizedUtf8(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const size = characterBytes(bytes, at);
    text += size === 0 ? '!' : bytes.toString('latin1', at, at + size);
    at += size || 1;
  }
  return text;
}

/** How long the character at `at` is; 0: there is none. */
function characterBytes(bytes: Buffer, at: number): number {
  const first = bytes[at]!;
  const size =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  const character = bytes.subarray(at, at + size);
  return character.length === size && isUtf8(character) ? size : 0;
}
