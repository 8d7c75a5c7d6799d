/** One value of ASN.1 in DER (ITU-T X.690). */
export interface DerValue {
  /** Class, form and number in one byte. */
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content. */
  readonly whole: Buffer;
}

/** Reads the value that begins at `at`; undefined where the bytes do not hold one. */
export function readDer(bytes: Buffer, at = 0): DerValue | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || start + count > bytes.length) return undefined;
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  const end = start + length;
  if (end > bytes.length) return undefined;
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) };
}

/** The values one after the other in `bytes`; what follows a broken one is left out. */
export function readDerList(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const value = readDer(bytes, at);
    if (value === undefined) return values;
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

/** An OBJECT IDENTIFIER's content as `1.2.840.113549`. */
export function oidText(content: Buffer): string {
  const parts: bigint[] = [];
  let part = 0n;
  for (const byte of content) {
    part = (part << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    if (parts.length > 0) parts.push(part);
    else {
      const root = part < 80n ? part / 40n : 2n;
      parts.push(root, part - root * 40n);
    }
    part = 0n;
  }
  return parts.join('.');
}

/** An INTEGER's content in decimal. */
export function integerText(content: Buffer): string {
  if (content.length === 0) return '0';
  const value = BigInt(`0x${content.toString('hex')}`);
  return String(content[0]! < 0x80 ? value : value - (1n << BigInt(content.length * 8)));
}

/** The text of one of ASN.1's string types. */
export function stringText({ tag, content }: DerValue): string {
  // OpenSSL has not looked at those inside of extensions.
  if (tag === 0x1e) return content.length % 2 === 0 ? Buffer.from(content).swap16().toString('utf16le') : '';
  return content.toString(tag === 0x0c ? 'utf8' : 'latin1');
}
