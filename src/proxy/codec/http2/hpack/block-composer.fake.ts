import type { Field } from './hpack.fake.ts';
import { staticLength, staticNames, staticValues } from './static-table.ts';

/**
 * Writes header blocks in any of the ways RFC 7541 allows, where an encoder keeps to one, by a table that is a plain
 * list: what a decoder must understand whoever wrote it.
 */
export class BlockComposer {
  readonly #random: (below: number) => number;
  readonly #most: number;
  #limit = 4096;
  /** The newest first. */
  table: Field[] = [];

  constructor(random: (below: number) => number, most: number) {
    this.#random = random;
    this.#most = most;
  }

  compose(fields: readonly Field[]): Buffer {
    const bytes: number[] = [];
    for (let times = this.#random(40) === 0 ? this.#random(3) : 0; times > 0; times--) {
      this.#limit = this.#random(4) === 0 ? 0 : this.#random(this.#most + 1);
      bytes.push(...integer(0x20, 0x1f, this.#limit));
      this.#fit(0);
    }
    for (const field of fields) bytes.push(...this.#field(field));
    return Buffer.from(bytes);
  }

  #field(field: Field): number[] {
    const [name, value] = field;
    const all = this.#all();
    const whole = all.findIndex(([n, v]) => n === name && v === value) + 1;
    if (whole > 0 && this.#random(4) > 0) return integer(0x80, 0x7f, whole);
    const named = this.#random(3) === 0 ? 0 : all.findIndex(([n]) => n === name) + 1;
    const rest = [...(named === 0 ? plain(name) : []), ...plain(value)];
    if (this.#random(8) > 0) return [...integer(this.#random(2) << 4, 0x0f, named), ...rest];
    const size = sizeOf(field);
    this.#fit(size);
    if (size <= this.#limit) this.table.unshift(field);
    return [...integer(0x40, 0x3f, named), ...rest];
  }

  #all(): Field[] {
    const inStatic = Array.from(
      { length: staticLength },
      (_, i): Field => [staticNames[i + 1]!, staticValues[i + 1]!],
    );
    return [...inStatic, ...this.table];
  }

  #fit(more: number): void {
    const size = () => this.table.reduce((sum, field) => sum + sizeOf(field), 0);
    while (this.table.length > 0 && size() + more > this.#limit) this.table.pop();
  }
}

const sizeOf = ([name, value]: Field) => name.length + value.length + 32;
const plain = (text: string) => [...integer(0x00, 0x7f, text.length), ...Buffer.from(text, 'latin1')];

function integer(pattern: number, mask: number, value: number): number[] {
  if (value < mask) return [pattern | value];
  const bytes = [pattern | mask];
  let rest = value - mask;
  for (; rest > 127; rest >>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}
