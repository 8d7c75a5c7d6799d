const LF = 10;
const CR = 13;

/** Looks at a head's first line as soon as it is there, in `data[start, end)`, its line end included. */
export interface FirstLineReader {
  /** True when nothing follows the line (HTTP/0.9). @throws ProtocolError */
  onFirstLine(data: Buffer, start: number, end: number): boolean;
  /** How many bytes of `data[at, end)` are fields that were read before, empty line included; 0 when unknown. */
  knownFields(data: Buffer, at: number, end: number): number;
}

/**
 * Finds the end of a block of lines, a head or a trailer section, in bytes that may come in any pieces. While it
 * comes in one piece nothing is copied; what must wait for more is kept here, and no byte is looked at twice.
 *
 * After `feed` returned true, `data[start, end)` is the block, its lines after the first are
 * `data[linesStart, linesEnd)`, and the rest is the empty line.
 */
export class BlockCollector {
  data: Buffer = Buffer.alloc(0);
  start = 0;
  linesStart = 0;
  linesEnd = 0;
  end = 0;
  /** Of the last `feed`: up to where its input was used. */
  consumed = 0;

  readonly #limit: number;
  readonly #reader: FirstLineReader | undefined;
  #held: Buffer | undefined;
  #length = 0;
  #lineStart = 0;
  #firstLength = 0;

  /** `limit`: most bytes of a block. With a `reader` the block starts with a first line, else with fields. */
  constructor(limit: number, reader: FirstLineReader | undefined) {
    this.#limit = limit;
    this.#reader = reader;
  }

  /** Bytes kept of a block that has not ended. */
  get pending(): number {
    return this.#length;
  }

  /** The block has reached its limit without an end. */
  get full(): boolean {
    return this.#length >= this.#limit;
  }

  reset(): void {
    this.#held = undefined;
    this.#length = 0;
    this.#lineStart = 0;
    this.#firstLength = 0;
  }

  /** Takes bytes of `input` from `at` on; true when the block is complete. */
  feed(input: Buffer, at: number): boolean {
    const before = this.#length;
    const take = Math.min(input.length - at, this.#limit - before);
    if (before === 0) {
      this.data = input;
      this.start = at;
    } else {
      this.#grow(before + take);
      input.copy(this.data, before, at, at + take);
    }
    if (this.#scan(this.start + before, this.start + before + take)) {
      this.consumed = at + (this.end - this.start) - before;
      this.reset();
      return true;
    }
    if (before === 0) {
      this.#held = Buffer.allocUnsafe(Math.max(1024, take * 2));
      input.copy(this.#held, 0, at, at + take);
      this.data = this.#held;
      this.start = 0;
    }
    this.#length = before + take;
    this.consumed = at + take;
    return false;
  }

  #grow(needed: number): void {
    const held = this.#held!;
    if (held.length < needed) {
      this.#held = Buffer.allocUnsafe(needed * 2);
      held.copy(this.#held, 0, 0, this.#length);
    }
    this.data = this.#held!;
    this.start = 0;
  }

  #scan(from: number, stop: number): boolean {
    const { data, start } = this;
    let lineStart = start + this.#lineStart;
    for (let i = from; ; i++) {
      i = data.indexOf(LF, i);
      if (i < 0 || i >= stop) break;
      const length = i + 1 - lineStart;
      if (lineStart === start && this.#reader !== undefined) {
        this.#firstLength = length;
        if (this.#reader.onFirstLine(data, start, i + 1)) return this.#found(i + 1, i + 1);
        const known = this.#reader.knownFields(data, i + 1, stop);
        if (known > 0) return this.#found(i + 1 + known, i + 1 + known);
      } else if (length === 1 || (length === 2 && data[i - 1] === CR)) {
        return this.#found(lineStart, i + 1);
      }
      lineStart = i + 1;
    }
    this.#lineStart = lineStart - start;
    return false;
  }

  #found(linesEnd: number, end: number): true {
    this.linesStart = this.start + this.#firstLength;
    this.linesEnd = linesEnd;
    this.end = end;
    return true;
  }
}
