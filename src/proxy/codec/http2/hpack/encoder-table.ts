import { Indexing, indexingOf, type StaticName, staticEntries } from './indexing.ts';
import { defaultTableSize, entryOverhead, staticLength } from './static-table.ts';

/** How many of a name's entries are compared, newest first: a value missed costs bytes, not correctness. */
const compared = 16;
/** After so many new values without a known one in between, only one in so many of a name's values is added. */
const triedInARow = 16;

/** An entry of the dynamic table, chained to those of its name. */
interface Entry {
  /** Counts up over the connection's life. */
  readonly id: number;
  readonly name: TableName;
  readonly value: string;
  readonly size: number;
  newer: Entry | undefined;
  older: Entry | undefined;
}

/** What the table knows of a name. */
export class TableName {
  readonly name: string;
  readonly indexing: Indexing;
  readonly inStatic: StaticName | undefined;
  newest: Entry | undefined = undefined;
  /** New values in a row. */
  misses = 0;

  constructor(name: string) {
    this.name = name;
    this.indexing = indexingOf(name);
    this.inStatic = staticEntries.get(name);
  }
}

/** The encoder's picture of the peer's dynamic table (RFC 7541 §2.3.2), found by name. */
export class EncoderTable {
  /** Names with an entry, and those of the static table that were asked for. */
  readonly #names = new Map<string, TableName>();
  readonly #entries = new Map<number, Entry>();
  #newestId = 0;
  #size = 0;
  #limit = defaultTableSize;

  /** The most it may hold (bytes, as RFC 7541 §4.1 counts them). */
  get limit(): number {
    return this.#limit;
  }

  /** Sets what it may hold; the oldest entries that no longer fit are dropped. */
  resize(limit: number): void {
    this.#limit = limit;
    this.#evict(limit);
  }

  /** The name's record; one made for the occasion when the table has none. */
  lookUp(name: string): TableName {
    const found = this.#names.get(name);
    if (found !== undefined) return found;
    const made = new TableName(name);
    if (made.inStatic !== undefined) this.#names.set(name, made);
    return made;
  }

  /** The index of the whole field; 0 when neither table has it. */
  fieldIndex(name: TableName, value: string): number {
    let entry = name.newest;
    for (let i = 0; entry !== undefined && i < compared; i++) {
      if (entry.value === value) {
        name.misses = 0;
        return staticLength + 1 + this.#newestId - entry.id;
      }
      entry = entry.older;
    }
    const { inStatic } = name;
    if (inStatic === undefined) return 0;
    const at = inStatic.values.indexOf(value);
    return at < 0 ? 0 : inStatic.index + at;
  }

  /** The index of some field of that name; 0 when neither table has one. */
  nameIndex(name: TableName): number {
    if (name.inStatic !== undefined) return name.inStatic.index;
    return name.newest === undefined ? 0 : staticLength + 1 + this.#newestId - name.newest.id;
  }

  /**
   * Whether a field that no table has is worth adding: one near the table's size would drop all others, and so do,
   * one by one, the values of a name that never come again.
   */
  worthAdding(name: TableName, value: string): boolean {
    if (name.indexing !== Indexing.incremental) return false;
    if (name.name.length + value.length + entryOverhead > this.#limit * 0.75) return false;
    const misses = ++name.misses;
    return misses <= triedInARow || misses % triedInARow === 0;
  }

  /** Adds a field that fits. */
  add(name: TableName, value: string): void {
    const size = name.name.length + value.length + entryOverhead;
    this.#evict(this.#limit - size);
    const older = name.newest;
    const entry: Entry = { id: ++this.#newestId, name, value, size, newer: undefined, older };
    if (older !== undefined) older.newer = entry;
    name.newest = entry;
    this.#names.set(name.name, name);
    this.#entries.set(entry.id, entry);
    this.#size += size;
  }

  #evict(most: number): void {
    while (this.#size > most && this.#entries.size > 0) {
      const entry = this.#entries.get(this.#newestId - this.#entries.size + 1)!;
      this.#entries.delete(entry.id);
      this.#size -= entry.size;
      // The oldest of all is the oldest of its name.
      if (entry.newer !== undefined) entry.newer.older = undefined;
      else {
        entry.name.newest = undefined;
        if (entry.name.inStatic === undefined) this.#names.delete(entry.name.name);
      }
    }
  }
}
