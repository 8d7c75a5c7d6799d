import type { OnReadOpts } from 'node:net';

/** Bytes of one read at most: what Node reads by default. */
const readBytes = 64 * 1024;
/** Reads up to this are copied out: cheaper than memory of their own. */
const copiedBytes = 16 * 1024;
/** So many copied reads in a row give the buffer back. */
const smallReads = 16;

/** Where the reads of all connections begin: what it holds is copied out before the next one. */
const shared = Buffer.allocUnsafeSlow(readBytes);

/** Data of a read, which says that its memory may be read into again once its receiver is done with it. */
interface LeasedBuffer extends Buffer {
  [lease]?: ReadBuffer;
}
const lease = Symbol('lease');

/**
 * Where a socket reads to: Node's `onread`. By default every read gets 64 KiB of new memory, whatever it brings; the
 * collector runs for these and nothing else. Here small reads are copied out of one buffer for all, and large ones, of which
 * bodies come in, use the connection's own buffer again when the receiver has passed them on within the call.
 *
 * Data is the receiver's to keep all the same: a buffer that is not given back with {@link passedOn} is replaced.
 */
export class ReadBuffer {
  readonly onread: OnReadOpts;
  readonly #deliver: (data: Buffer) => void;
  #own: Buffer | undefined;
  #small = 0;
  /** Bytes of the present read that the receiver is done with; undefined outside of it. */
  #done: number | undefined;

  constructor(deliver: (data: Buffer) => void) {
    this.#deliver = deliver;
    this.onread = {
      buffer: () => this.#own ?? shared,
      callback: (bytes) => {
        this.#onRead(bytes);
        return true;
      },
    };
  }

  #onRead(bytes: number): void {
    const own = this.#own;
    if (own === undefined || bytes <= copiedBytes) {
      const data = Buffer.allocUnsafe(bytes);
      (own ?? shared).copy(data, 0, 0, bytes);
      if (bytes === readBytes) this.#own = Buffer.allocUnsafeSlow(readBytes);
      else if (own !== undefined && ++this.#small === smallReads) this.#own = undefined;
      this.#deliver(data);
      return;
    }
    this.#small = 0;
    this.#done = 0;
    const data: LeasedBuffer = own.subarray(0, bytes);
    data[lease] = this;
    this.#deliver(data);
    if (this.#done !== bytes) this.#own = Buffer.allocUnsafeSlow(readBytes);
    this.#done = undefined;
  }

  /** @internal */
  onPassedOn(data: Buffer): void {
    // Not of an earlier read, whose memory is not this one.
    if (this.#done !== undefined && data.buffer === this.#own?.buffer) this.#done += data.length;
  }
}

/** Says that the kernel has taken all of this data: nobody looks at its memory any more. */
export function passedOn(data: Buffer): void {
  if (data.length > copiedBytes) (data as LeasedBuffer)[lease]?.onPassedOn(data);
}
