import type { Socket } from 'node:net';

/** Bytes that may come while nobody reads, before the socket is told to stop: Node's own measure for a paused stream. */
const waitingBytes = 16 * 1024;

/** What a socket has to say, in its order. */
export interface ReadCallbacks {
  onData(data: Buffer): void;
  /** The peer has sent FIN, and all its bytes were delivered. */
  onEnd(): void;
  /** It was gone while reading was off; see {@link ReadSwitch.holdsEnd}. */
  onGone?(): void;
}

/**
 * Reading of a socket, on and off. While it is off the kernel is still asked, until some bytes wait: a peer that goes away is
 * noticed by that, as Node's streams do it. A socket that reads into our memory stops at once when it is paused.
 */
export class ReadSwitch {
  /** How the peer ends the connection is told after all its bytes and while reading is on, as Envoy does with half-close. */
  holdsEnd = false;
  readonly #socket: Socket;
  readonly #callbacks: ReadCallbacks;
  #off = false;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #paused = false;
  #ended = false;
  #gone = false;
  #scheduled = false;

  constructor(socket: Socket, callbacks: ReadCallbacks) {
    this.#socket = socket;
    this.#callbacks = callbacks;
  }

  /** Goes on (true) or stops (false); what waits is delivered once the caller's stack is done. */
  set(on: boolean): void {
    if (on !== this.#off) return;
    this.#off = !on;
    if (!on) return;
    if (this.#bytes > 0 || this.#ended || this.#gone) this.#schedule();
    else this.#resume();
  }

  /** Bytes came that nobody was told of. */
  get unread(): boolean {
    return this.#bytes > 0;
  }

  // From the socket.

  onData(data: Buffer): void {
    if (!this.#off && this.#bytes === 0) {
      this.#callbacks.onData(data);
      return;
    }
    this.#waiting.push(data);
    this.#bytes += data.length;
    if (this.#bytes < waitingBytes || this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
  }

  onEnd(): void {
    if (this.#bytes > 0 || (this.#off && this.holdsEnd)) this.#ended = true;
    else this.#callbacks.onEnd();
  }

  /** The socket is gone. True: that is told later, by `onGone`. */
  holdGone(): boolean {
    this.#gone = this.holdsEnd && (this.#off || this.#bytes > 0 || this.#ended);
    return this.#gone;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(deliverLater, this);
  }

  deliverWaiting(): void {
    this.#scheduled = false;
    while (!this.#off && this.#waiting.length > 0) {
      const data = this.#waiting.shift()!;
      this.#bytes -= data.length;
      this.#callbacks.onData(data);
    }
    if (this.#off || this.#bytes > 0) return;
    if (this.#ended) {
      this.#ended = false;
      this.#callbacks.onEnd();
    } else this.#resume();
    if (!this.#gone || this.#off) return;
    this.#gone = false;
    this.#callbacks.onGone?.();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }
}

function deliverLater(reads: ReadSwitch): void {
  reads.deliverWaiting();
}
