/** One line of a container's output. */
export interface LogEntry {
  /** Position in the container's output, counted from 0 and never used twice. */
  readonly sequence: number;
  readonly stream: 'stdout' | 'stderr';
  /** ms since the epoch. */
  readonly time: number;
  readonly text: string;
}

/** What an entry costs besides its text: the object and its place in the list. */
const ENTRY_BYTES = 96;
/** A longer line is cut into several, as every container runtime does. */
const LINE_LIMIT = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * The output of one container, in memory: the latest `limit` bytes of it, so that neither a chatty container nor a
 * full disk can harm the lab. Lines are kept whole; the oldest go first.
 */
export class LogStore {
  readonly #limit: number;
  readonly #onChange: () => void;
  #entries: LogEntry[] = [];
  #bytes = 0;
  #next = 0;
  readonly #partial: Record<LogEntry['stream'], Buffer[]> = { stdout: [], stderr: [] };

  /** @param limit in bytes */
  constructor(onChange: () => void, limit = 4 * 1024 * 1024) {
    this.#onChange = onChange;
    this.#limit = limit;
  }

  /** Sequence number the next line will get. */
  get next(): number {
    return this.#next;
  }

  append(stream: LogEntry['stream'], chunk: Buffer, time: number): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#flush(stream, chunk.subarray(start, end), time);
      start = end + 1;
    }
    if (start < chunk.length) {
      const parts = this.#partial[stream];
      parts.push(chunk.subarray(start));
      if (parts.reduce((sum, part) => sum + part.length, 0) >= LINE_LIMIT) {
        this.#flush(stream, Buffer.alloc(0), time);
      }
    }
    this.#onChange();
  }

  /** Ends a stream: what came after its last newline becomes a line of its own. */
  end(stream: LogEntry['stream'], time: number): void {
    if (this.#partial[stream].length > 0) this.#flush(stream, Buffer.alloc(0), time);
    this.#onChange();
  }

  /** Entries from a sequence number on; those already dropped are skipped. */
  from(sequence: number): readonly LogEntry[] {
    const first = this.#entries[0];
    if (first === undefined) return [];
    return this.#entries.slice(Math.max(0, sequence - first.sequence));
  }

  /** Lines begun and not ended yet, such as a prompt. */
  partial(time: number): LogEntry[] {
    return (['stdout', 'stderr'] as const)
      .filter((stream) => this.#partial[stream].length > 0)
      .map((stream) => ({ sequence: this.#next, stream, time, text: decode(this.#partial[stream]) }));
  }

  #flush(stream: LogEntry['stream'], last: Buffer, time: number): void {
    const text = decode([...this.#partial[stream], last]);
    this.#partial[stream] = [];
    this.#entries.push({ sequence: this.#next++, stream, time, text });
    this.#bytes += text.length + ENTRY_BYTES;
    if (this.#bytes > this.#limit) this.#drop();
  }

  /** Drops a quarter at once, so that the cost of moving the list is paid rarely. */
  #drop(): void {
    const target = this.#limit * 0.75;
    let count = 0;
    while (this.#bytes > target && count < this.#entries.length - 1) {
      this.#bytes -= this.#entries[count]!.text.length + ENTRY_BYTES;
      count++;
    }
    this.#entries = this.#entries.slice(count);
  }
}

function decode(parts: readonly Buffer[]): string {
  const text = (parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString('utf8');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
