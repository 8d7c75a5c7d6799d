/** As many items wait for the reader before the sources do. */
const LIMIT = 1000;

/** Hands on what several sources give as it comes; what waits is put into the order of time. */
export class Gathering<T extends { readonly time: number }> {
  #items: T[] = [];
  #open = 0;
  #closed = false;
  #failed: { readonly error: unknown } | undefined;
  #more: () => void = () => {};
  #room: (() => void)[] = [];

  add(source: AsyncIterable<T>): void {
    this.#open++;
    this.#pump(source)
      .catch((error: unknown) => {
        this.#failed ??= { error };
      })
      .finally(() => {
        this.#open--;
        this.#more();
      });
  }

  async #pump(source: AsyncIterable<T>): Promise<void> {
    for await (const item of source) {
      if (this.#closed) return;
      this.#items.push(item);
      this.#more();
      if (this.#items.length >= LIMIT) await new Promise<void>((resolve) => this.#room.push(resolve));
    }
  }

  /** Ends the reader's side at once. */
  close(): void {
    this.#closed = true;
    this.#more();
    for (const wake of this.#room.splice(0)) wake();
  }

  /** @param mayCome more sources may be added when all have ended */
  async *read(mayCome: () => boolean): AsyncGenerator<T> {
    while (!this.#closed) {
      const items = this.#items.sort((a, b) => a.time - b.time);
      this.#items = [];
      for (const wake of this.#room.splice(0)) wake();
      for (const item of items) {
        yield item;
        if (this.#closed) return;
      }
      if (this.#items.length > 0) continue;
      if (this.#failed !== undefined) throw this.#failed.error;
      if (this.#open === 0 && !mayCome()) return;
      await new Promise<void>((resolve) => {
        this.#more = resolve;
        if (this.#items.length > 0 || this.#closed || this.#failed !== undefined) resolve();
      });
    }
  }

  /** Has the reader ask again whether more may come. */
  nudge(): void {
    this.#more();
  }
}
