import type { HpackDecoder } from './decoder.ts';
import type { HpackEncoder } from './encoder.ts';

export type Field = readonly [name: string, value: string];

/** The fields of one block. */
export function decodeBlock(decoder: HpackDecoder, block: Buffer | string): Field[] {
  const data = typeof block === 'string' ? Buffer.from(block.replaceAll(' ', ''), 'hex') : block;
  const fields: Field[] = [];
  decoder.decode(data, 0, data.length, {
    onField(name, value) {
      fields.push([name, value]);
    },
  });
  return fields;
}

/** The block of some fields. */
export function encodeBlock(encoder: HpackEncoder, fields: readonly Field[]): Buffer {
  encoder.begin();
  for (const [name, value] of fields) encoder.field(name, value);
  return encoder.end();
}

const names =
  `:status :path :method content-length content-type date etag set-cookie cookie authorization x-a x-b
  x-request-id x-envoy-upstream-service-time server accept-encoding a`.split(/\s+/);

/** Fields as they come: often the same names, sometimes the same values, seldom long ones or odd bytes. */
export function randomFields(random: (below: number) => number): Field[] {
  return Array.from({ length: random(8) }, () => {
    const name = random(12) === 0 ? `x-${random(1000)}` : names[random(names.length)]!;
    if (random(3) > 0) return [name, ['200', '/', 'gzip, deflate', '', 'text/plain'][random(5)]!] as const;
    const length = random(30) === 0 ? random(5000) : random(40);
    const [from, to] = random(4) === 0 ? [0, 256] : [0x20, 0x7f];
    const bytes = Buffer.from(Array.from({ length }, () => from + random(to - from)));
    return [name, bytes.toString('latin1')] as const;
  });
}

/** Whole fields by index, until there is no such entry: the dynamic table, the newest entry first. */
export function tableOf(decoder: HpackDecoder): Field[] {
  const table: Field[] = [];
  for (let index = 62; ; index++) {
    const rest = index - 127;
    const block =
      rest < 0 ? [0x80 | index] : [0xff, ...(rest < 128 ? [rest] : [(rest & 127) | 128, rest >> 7])];
    try {
      table.push(decodeBlock(decoder, Buffer.from(block))[0]!);
    } catch {
      return table;
    }
  }
}
