/** Pieces of so many bytes are kept as they came; smaller ones are copied behind each other. */
const largePiece = 4096;
const smallestBlock = 1024;
const largestBlock = 16_384;

/**
 * Bytes that wait, in their order. A peer may send its bytes one by one: as pieces of their own they would take a hundred times
 * their memory, and a frame each when they go on.
 */
export class ByteQueue {
  readonly #pieces: Buffer[] = [];
  /** How many there are. */
  size = 0;
  /** What small pieces are copied to, and the end of what it holds; the last of the pieces is its, where it is open. */
  #block: Buffer | undefined;
  #start = 0;
  #end = 0;

  push(data: Buffer): void {
    const { length } = data;
    if (length === 0) return;
    this.size += length;
    // One alone mostly goes on at once.
    if (length >= largePiece || this.#pieces.length === 0) {
      this.#block = undefined;
      this.#pieces.push(data);
      return;
    }
    if (this.#block === undefined || this.#end + length > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(Math.min(largestBlock, Math.max(smallestBlock, this.size)));
      this.#start = 0;
      this.#end = 0;
      this.#pieces.push(this.#block);
    }
    data.copy(this.#block, this.#end);
    this.#end += length;
    this.#pieces[this.#pieces.length - 1] = this.#block.subarray(this.#start, this.#end);
  }

  /** Takes bytes from the front, at most so many, and as many as lie together. Empty when there are none. */
  take(most: number): Buffer {
    const first = this.#pieces[0];
    if (first === undefined || most <= 0) return nothing;
    const last = this.#pieces.length === 1;
    const length = Math.min(first.length, most);
    this.size -= length;
    if (length === first.length) {
      this.#pieces.shift();
      // What was taken is somebody else's now.
      if (last) this.#block = undefined;
      return first;
    }
    this.#pieces[0] = first.subarray(length);
    if (last) this.#start += length;
    return first.subarray(0, length);
  }

  /** Takes all, as one. */
  takeAll(): Buffer {
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces.length = 0;
    this.#block = undefined;
    this.size = 0;
    return all;
  }
}

const nothing = Buffer.alloc(0);
