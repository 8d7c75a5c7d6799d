/** Places that tasks take, some of them or all: who takes all has the rest done before, and none beside it. */
export class Turns {
  readonly places: number;
  #free: number;
  readonly #waiting: { readonly places: number; readonly begin: () => void }[] = [];

  constructor(places: number) {
    this.places = places;
    this.#free = places;
  }

  /** Runs a task in so many places, 1 to all, as soon as it is its turn: first come, first served. */
  async take<T>(places: number, task: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ places, begin });
      this.#next();
    });
    try {
      return await task();
    } finally {
      this.#free += places;
      this.#next();
    }
  }

  #next(): void {
    for (let first = this.#waiting[0]; first && first.places <= this.#free; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= first.places;
      first.begin();
    }
  }
}
