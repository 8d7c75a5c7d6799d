import { defaultTableSize, entryOverhead } from './static-table.ts';

/** The decoder's dynamic table (RFC 7541 §2.3.2): a ring of fields, the newest at index 0. */
export class DynamicTable {
  #names: string[] = new Array<string>(16).fill('');
  #values: string[] = new Array<string>(16).fill('');
  #sizes: number[] = new Array<number>(16).fill(0);
  /** Where the newest entry is; entries before it in the ring are older. */
  #newest = 0;
  #size = 0;
  #limit = defaultTableSize;

  /** How many entries there are. */
  length = 0;
  /** Rises with every entry added or dropped: what indexes mean is the same while this is. */
  version = 0;

  /** The most it may hold (bytes, as RFC 7541 §4.1 counts them). */
  get limit(): number {
    return this.#limit;
  }

  /** Sets what it may hold; the oldest entries that no longer fit are dropped. */
  resize(limit: number): void {
    this.#limit = limit;
    this.#evict(limit);
  }

  name(index: number): string {
    return this.#names[(this.#newest - index) & (this.#names.length - 1)]!;
  }

  value(index: number): string {
    return this.#values[(this.#newest - index) & (this.#values.length - 1)]!;
  }

  /** Adds a field; one larger than the whole table empties it and is not kept (RFC 7541 §4.4). */
  add(name: string, value: string): void {
    const size = name.length + value.length + entryOverhead;
    this.#evict(this.#limit - size);
    this.version++;
    if (size > this.#limit) return;
    if (this.length === this.#names.length) this.#grow();
    const at = (this.#newest + 1) & (this.#names.length - 1);
    this.#newest = at;
    this.#names[at] = name;
    this.#values[at] = value;
    this.#sizes[at] = size;
    this.#size += size;
    this.length++;
  }

  #evict(most: number): void {
    while (this.#size > most && this.length > 0) {
      const at = (this.#newest - this.length + 1) & (this.#names.length - 1);
      this.#size -= this.#sizes[at]!;
      // What is dropped is not kept alive.
      this.#names[at] = this.#values[at] = '';
      this.length--;
      this.version++;
    }
  }

  #grow(): void {
    const order = Array.from({ length: this.length }, (_, i) => this.length - 1 - i);
    const wide = <T>(from: readonly T[], empty: T) => [
      ...order.map((index) => from[(this.#newest - index) & (from.length - 1)]!),
      ...new Array<T>(from.length).fill(empty),
    ];
    const [names, values, sizes] = [wide(this.#names, ''), wide(this.#values, ''), wide(this.#sizes, 0)];
    this.#names = names;
    this.#values = values;
    this.#sizes = sizes;
    this.#newest = this.length - 1;
  }
}
