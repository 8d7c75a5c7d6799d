/** Two numbers in shared memory: how many have arrived, and how often all had. */
const [arrived, rounds] = [0, 1];

/** A point that every worker reaches before any goes on. It blocks the thread. */
export class Rendezvous {
  readonly #memory: Int32Array;
  readonly #workers: number;

  constructor(memory: Int32Array, workers: number) {
    this.#memory = memory;
    this.#workers = workers;
  }

  static createMemory(): Int32Array {
    return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  }

  meet(): void {
    const memory = this.#memory;
    const round = Atomics.load(memory, rounds);
    if (Atomics.add(memory, arrived, 1) + 1 === this.#workers) {
      Atomics.store(memory, arrived, 0);
      Atomics.add(memory, rounds, 1);
      Atomics.notify(memory, rounds);
    } else {
      while (Atomics.load(memory, rounds) === round) Atomics.wait(memory, rounds, round);
    }
  }
}
