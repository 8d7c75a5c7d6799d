/** A place for one or more numbers in a shared array. */
export interface Slot {
  readonly values: Float64Array;
  readonly at: number;
}

/** Numbers per array: 64 KiB each. */
const chunkLength = 8192;

/**
 * Hands out places in arrays over shared memory, so that a worker's numbers can be read by another thread
 * without a message. A place that was given back is handed out again, zeroed.
 */
export class Slots {
  readonly #chunks: Float64Array[] = [];
  readonly #free = new Map<number, Slot[]>();
  #used = chunkLength;

  /** The memory itself, to be passed to another thread. */
  get buffers(): readonly SharedArrayBuffer[] {
    return this.#chunks.map(({ buffer }) => buffer as SharedArrayBuffer);
  }

  /** A zeroed run of `length` numbers, at most 8192. */
  allocate(length: number): Slot {
    const reused = this.#free.get(length)?.pop();
    if (reused !== undefined) {
      reused.values.fill(0, reused.at, reused.at + length);
      return reused;
    }
    if (this.#used + length > chunkLength) {
      this.#chunks.push(
        new Float64Array(new SharedArrayBuffer(chunkLength * Float64Array.BYTES_PER_ELEMENT)),
      );
      this.#used = 0;
    }
    const slot = { values: this.#chunks.at(-1)!, at: this.#used };
    this.#used += length;
    return slot;
  }

  /** Gives a run of `length` numbers back. */
  release(slot: Slot, length: number): void {
    const free = this.#free.get(length);
    if (free === undefined) this.#free.set(length, [slot]);
    else free.push(slot);
  }
}
