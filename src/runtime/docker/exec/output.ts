import { Readable } from 'node:stream';

/** A command's output on its way to a reader, who may take his time. */
export class Output {
  readonly stream: Readable;
  #wake: () => void = () => {};

  constructor() {
    this.stream = new Readable({
      read: () => this.#wake(),
      destroy: (error, done) => {
        this.#wake();
        done(error);
      },
    });
    // Whoever reads nothing of it need not know that it broke.
    this.stream.on('error', () => {});
  }

  /** Resolves when the reader wants more, or is gone. */
  async push(bytes: Buffer): Promise<void> {
    if (this.stream.destroyed || bytes.length === 0 || this.stream.push(bytes)) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Waits for the reader no longer. */
  release(): void {
    this.#wake();
  }

  end(): void {
    this.stream.push(null);
    this.#wake();
  }
}
