/**
 * What the peer may still send, on a stream or on the whole connection (RFC 9113 §5.2). It is given more only for
 * what was consumed, and then for half a window at once at least.
 */
export class ReceiveWindow {
  #size: number;
  /** Bytes that came since the peer was last given more. */
  #received = 0;
  #consumed = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The window itself is made larger, or smaller when negative. */
  resize(by: number): void {
    this.#size += by;
  }

  /** False: the peer sent more than it may. */
  receive(bytes: number): boolean {
    this.#received += bytes;
    return this.#received <= this.#size;
  }

  /** Returns by how much the peer's window is to be raised now; 0: not yet. */
  consume(bytes: number): number {
    this.#consumed += bytes;
    const due = Math.min(this.#consumed, this.#received);
    if (due === 0 || due < Math.floor(this.#size / 2)) return 0;
    this.#consumed -= due;
    this.#received -= due;
    return due;
  }
}
