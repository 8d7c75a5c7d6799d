import type { Entry } from './entry.ts';

/** How far times may be out of order, in ms; the engine takes `since` in whole seconds besides. */
const SKEW_MS = 1000;
/** Entries that are older than this before the last need not be known any more, in ms. */
const KEEP_MS = 2 * SKEW_MS + 1000;
const PRUNE_AT = 10_000;

/**
 * Knows which entries of a container were seen, so that reading on from a little before the last one loses nothing and
 * doubles nothing. The same words at the same time may be there several times: they are counted.
 */
export class Seen {
  #counts = new Map<string, { readonly time: number; count: number }>();
  #replayed: Map<string, number> | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #first = Number.NEGATIVE_INFINITY;
  #pruneAt = PRUNE_AT;
  readonly #from: number | undefined;

  /** @param from what is older is not read, in s since the epoch */
  constructor(from?: number) {
    this.#from = from;
  }

  /** Entries from before this one were left out on purpose. */
  startAt({ time }: Entry): void {
    this.#first = time;
  }

  /**
   * To be called before the engine is asked again.
   * @returns from when on, in s; undefined: from the beginning
   */
  resume(): number | undefined {
    this.#replayed = new Map([...this.#counts].map(([key, { count }]) => [key, count]));
    return this.#last < 0 ? this.#from : Math.floor((this.#last - SKEW_MS) / 1000);
  }

  /** @returns whether the entry was not seen before; it now is */
  take(entry: Entry): boolean {
    const key = `${entry.stream} ${entry.stamp} ${entry.bytes.toString('latin1')}`;
    if (this.#replayed !== undefined) {
      const left = this.#replayed.get(key) ?? 0;
      if (left > 0) {
        this.#replayed.set(key, left - 1);
        return false;
      }
      if (entry.time <= this.#first && !this.#counts.has(key)) return false;
      if (entry.time > this.#last + SKEW_MS) this.#replayed = undefined;
    }
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { time: entry.time, count: 1 });
    else known.count++;
    this.#last = Math.max(this.#last, entry.time);
    if (this.#counts.size > this.#pruneAt) this.#prune();
    return true;
  }

  #prune(): void {
    for (const [key, { time }] of this.#counts) if (time < this.#last - KEEP_MS) this.#counts.delete(key);
    this.#pruneAt = Math.max(PRUNE_AT, this.#counts.size * 2);
  }
}
