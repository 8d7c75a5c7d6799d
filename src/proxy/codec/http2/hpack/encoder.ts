import { BlockWriter } from './block-writer.ts';
import { EncoderTable } from './encoder-table.ts';
import { guessableCookie, Indexing } from './indexing.ts';
import { defaultTableSize } from './static-table.ts';

/** Blocks of more fields than this are not remembered. */
const rememberedFields = 64;
/** The most that a string's length and an index take beside its bytes. */
const integerBytes = 6;

/** Encodes header blocks of one connection, in the order they are sent (RFC 7541). */
export class HpackEncoder {
  readonly #table = new EncoderTable();
  readonly #block = new BlockWriter();
  /** What we want of the table at most, whatever the peer allows. */
  readonly #wanted: number;
  /** The table's size the peer is to be told of, and the smallest since the last block. */
  #next = defaultTableSize;
  #smallest = defaultTableSize;

  // The last block, field by field, and where each one's bytes end. While a block goes as the last one went, and that
  // one left the table as it was, its bytes stand there already.
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  readonly #nevers: boolean[] = [];
  readonly #ends: number[] = [];
  /** How many fields of the last block may be taken up again. */
  #remembered = 0;
  /** Whether this block has gone as the last one so far. */
  #repeats = false;
  /** This block's fields so far. */
  #count = 0;
  /** Whether this block changes the table: its indexes mean something else in the next. */
  #changes = false;

  /** `maxTableSize` bounds the table's memory (bytes) when the peer allows more. */
  constructor(maxTableSize: number = defaultTableSize) {
    this.#wanted = maxTableSize;
    if (maxTableSize < defaultTableSize) this.setMaxTableSize(maxTableSize);
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE: it is told of the table's new size at the start of the next block. */
  setMaxTableSize(size: number): void {
    this.#next = Math.min(size, this.#wanted);
    this.#smallest = Math.min(this.#smallest, this.#next);
  }

  /** Starts a block. */
  begin(): void {
    this.#block.rewind();
    this.#count = 0;
    this.#changes = false;
    if (this.#smallest !== this.#table.limit || this.#next !== this.#table.limit) this.#updateSize();
    this.#repeats = this.#remembered > 0;
  }

  /** Adds a field of latin1 strings; `neverIndexed` ones may be kept in no table on their way (RFC 7541 §7.1.3). */
  field(name: string, value: string, neverIndexed = false): void {
    const at = this.#count++;
    if (this.#repeats) {
      if (
        at < this.#remembered &&
        this.#names[at] === name &&
        this.#values[at] === value &&
        this.#nevers[at] === neverIndexed
      )
        return;
      this.#repeats = false;
      this.#remembered = 0;
      this.#block.at = at === 0 ? 0 : this.#ends[at - 1]!;
    }
    this.#encode(name, value, neverIndexed);
    if (at >= rememberedFields) return;
    this.#names[at] = name;
    this.#values[at] = value;
    this.#nevers[at] = neverIndexed;
    this.#ends[at] = this.#block.at;
  }

  /** Ends the block: its bytes, which are the caller's. */
  end(): Buffer {
    const count = this.#count;
    if (this.#repeats) this.#block.at = count === 0 ? 0 : this.#ends[count - 1]!;
    this.#remembered = this.#changes || count > rememberedFields ? 0 : count;
    return this.#block.bytes();
  }

  #encode(name: string, value: string, neverIndexed: boolean): void {
    const table = this.#table;
    const block = this.#block;
    block.reserve(name.length + value.length + 3 * integerBytes);
    const known = table.lookUp(name);
    const never =
      neverIndexed ||
      known.indexing === Indexing.never ||
      (name === 'cookie' && value.length < guessableCookie);
    const index = never ? 0 : table.fieldIndex(known, value);
    if (index > 0) {
      block.integer(0x80, 0x7f, index);
      return;
    }
    const named = table.nameIndex(known);
    const adds = !never && table.worthAdding(known, value);
    if (adds) block.integer(0x40, 0x3f, named);
    else block.integer(never ? 0x10 : 0x00, 0x0f, named);
    if (named === 0) block.string(name);
    block.string(value);
    if (!adds) return;
    table.add(known, value);
    this.#changes = true;
  }

  /** The smallest size comes before the last one, so that the peer drops what we drop (RFC 7541 §4.2). */
  #updateSize(): void {
    if (this.#smallest < Math.min(this.#next, this.#table.limit)) this.#tellSize(this.#smallest);
    this.#tellSize(this.#next);
    this.#smallest = this.#next;
    this.#remembered = 0;
    this.#changes = true;
  }

  #tellSize(size: number): void {
    this.#block.integer(0x20, 0x1f, size);
    this.#table.resize(size);
  }
}
