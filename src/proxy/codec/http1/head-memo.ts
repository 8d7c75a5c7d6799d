import type { HeaderMap } from '../../http/headers.ts';
import { Framing } from './field-lines.ts';

/** Heads above this are not kept (bytes). */
const keptBytes = 2048;
/** A peer that never repeats itself is not compared for ever. */
const givesUpAfter = 16;

/**
 * The fields of a connection's last head, read. A peer often says the same again, line by line, on a kept
 * connection: then comparing the bytes takes the place of reading them. What a block of fields means depends on its
 * bytes and the connection's options alone, so the result is the same.
 */
export class HeadMemo {
  /** The fields' bytes, the empty line included; empty when there is nothing to compare. */
  #text = '';
  #names: string[] = [];
  #values: string[] = [];
  #misses = 0;
  readonly #framing = new Framing();

  /** How many bytes of `data[at, end)` are the remembered fields; 0 when they are others. */
  match(data: Buffer, at: number, end: number): number {
    const { length } = this.#text;
    if (length === 0 || at + length > end) return 0;
    if (data.toString('latin1', at, at + length) === this.#text) {
      this.#misses = 0;
      return length;
    }
    if (++this.#misses === givesUpAfter) this.#text = '';
    return 0;
  }

  /** Copies of the remembered names and values. */
  get names(): string[] {
    return this.#names.slice();
  }

  get values(): string[] {
    return this.#values.slice();
  }

  /** Fills in what the remembered fields say of framing. */
  frame(framing: Framing): void {
    framing.copy(this.#framing);
  }

  /** Remembers fields just read: `text` is their bytes, the empty line included. */
  keep(text: string, headers: HeaderMap, framing: Framing): void {
    if (this.#misses >= givesUpAfter || text.length > keptBytes) return;
    this.#text = text;
    this.#names = headers.names.slice();
    this.#values = headers.values.slice();
    this.#framing.copy(framing);
  }
}
