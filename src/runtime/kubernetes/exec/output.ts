import { once } from 'node:events';
import { PassThrough } from 'node:stream';

/** The stream's own event: nobody reads it from now on. */
const RELEASED = 'released';

/** What a command writes, at the pace of who reads it, until nobody wants it any more. */
export class Output {
  readonly stream = new PassThrough();
  #released = false;

  /** Resolves when there is room for more. */
  async push(bytes: Buffer): Promise<void> {
    if (this.#released || this.stream.destroyed) return;
    if (this.stream.write(bytes)) return;
    // Of its own: the listeners of what did not happen go with it.
    const over = new AbortController();
    const { signal } = over;
    const waits = ['drain', 'close', RELEASED].map((event) => once(this.stream, event, { signal }));
    await Promise.race(waits)
      .catch(() => {})
      .finally(() => over.abort());
  }

  end(): void {
    this.stream.end();
  }

  /** Nobody reads it from now on. */
  release(): void {
    this.#released = true;
    this.stream.emit(RELEASED);
    this.stream.resume();
  }
}
