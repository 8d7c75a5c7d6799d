import type { FieldSink } from './decoder.ts';

/** Blocks above this are not kept (bytes). */
const keptBytes = 256;
/** How many blocks are kept at most: 2³. */
const placeBits = 3;
/** A peer that never repeats itself has only one in so many of its blocks kept. */
const patience = 32;

interface Remembered {
  readonly hash: number;
  readonly bytes: Uint8Array;
  /** The table's version: what the indexes in the block mean. */
  readonly version: number;
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/** Passes fields on and writes them down. */
export class FieldRecorder implements FieldSink {
  readonly names: string[] = [];
  readonly values: string[] = [];
  readonly #sink: FieldSink;

  constructor(sink: FieldSink) {
    this.#sink = sink;
  }

  onField(name: string, value: string): void {
    this.names.push(name);
    this.values.push(value);
    this.#sink.onField(name, value);
  }
}

/**
 * Blocks that left the table as it was, with their fields. A peer often sends the same again, and while the table
 * stays as it is the same bytes mean the same fields: then comparing takes the place of decoding.
 */
export class BlockMemo {
  readonly #places: (Remembered | undefined)[] = new Array(1 << placeBits).fill(undefined);
  #lastVersion = -1;
  #misses = 0;
  /** Of the block last asked for. */
  #hash = 0;

  /** Gives the sink the fields of `data[start, end)` if they are remembered; else false. */
  replay(data: Uint8Array, start: number, end: number, version: number, sink: FieldSink): boolean {
    const length = end - start;
    if (length === 0 || length > keptBytes) return false;
    const hash = hashOf(data, start, end);
    this.#hash = hash;
    const known = this.#places[place(hash)];
    if (known === undefined || known.hash !== hash || known.version !== version) return false;
    const { bytes, names, values } = known;
    if (bytes.length !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[i] !== data[start + i]) return false;
    this.#misses = 0;
    for (let i = 0; i < names.length; i++) sink.onField(names[i]!, values[i]!);
    return true;
  }

  /** Whether a block that was not remembered is worth it: not while the table changes, nor if nothing comes again. */
  wants(length: number, version: number): boolean {
    const settled = this.#lastVersion === version;
    this.#lastVersion = version;
    if (!settled || length > keptBytes || length === 0) return false;
    return ++this.#misses <= patience || this.#misses % patience === 0;
  }

  /** Keeps a block that `replay` did not know and `wants` wanted. */
  keep(data: Uint8Array, start: number, end: number, version: number, fields: FieldRecorder): void {
    const hash = this.#hash;
    const bytes = Uint8Array.prototype.slice.call(data, start, end);
    const { names, values } = fields;
    this.#places[place(hash)] = { hash, bytes, version, names, values };
  }
}

function hashOf(data: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + data[i]!) | 0;
  return hash;
}

/** Golden-ratio hashing: of the low bits alone, the last byte's high ones would not be heard. */
function place(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - placeBits);
}
