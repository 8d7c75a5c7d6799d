import type { LogLine } from '../../runtime.ts';
import type { Entry } from './entry.ts';

/** A line without whose it is. */
export type TextLine = Omit<LogLine, 'node' | 'container'> & {
  /** Its time is known to the second only. */
  readonly coarse: boolean;
};

/** Docker cuts longer lines into pieces of exactly this many bytes. */
const PIECE = 16 * 1024;
/** A longer line is cut into several, as every container runtime does. */
const LINE_LIMIT = 256 * 1024;
const NEWLINE = 0x0a;

/** Puts lines together again that the engine keeps in pieces. */
export class Lines {
  readonly #anySize: boolean;
  readonly #begun: Partial<
    Record<LogLine['stream'], { readonly first: Entry; readonly parts: Buffer[]; size: number }>
  > = {};

  /** @param anySize pieces have any size, as Podman's; else a short one without a newline is the last of a run */
  constructor(anySize: boolean) {
    this.#anySize = anySize;
  }

  /** @returns the line that the entry ends, if any */
  add(entry: Entry): TextLine | undefined {
    const { stream, bytes } = entry;
    const begun = this.#begun[stream] ?? { first: entry, parts: [], size: 0 };
    this.#begun[stream] = begun;
    begun.parts.push(bytes);
    begun.size += bytes.length;
    const goes =
      bytes.at(-1) !== NEWLINE && (this.#anySize || bytes.length >= PIECE) && begun.size < LINE_LIMIT;
    return goes ? undefined : this.#end(stream);
  }

  /** Lines that have no end yet; they stay begun. */
  begun(): TextLine[] {
    return this.#streams().map((stream) => this.#line(stream));
  }

  /** Ends the lines that have none: the container has ended. */
  flush(): TextLine[] {
    return this.#streams().map((stream) => this.#end(stream));
  }

  #streams(): LogLine['stream'][] {
    return (['stdout', 'stderr'] as const).filter((stream) => this.#begun[stream] !== undefined);
  }

  #end(stream: LogLine['stream']): TextLine {
    const line = this.#line(stream);
    delete this.#begun[stream];
    return line;
  }

  #line(stream: LogLine['stream']): TextLine {
    const { first, parts } = this.#begun[stream]!;
    const text = Buffer.concat(parts)
      .toString('utf8')
      .replace(/\r?\n$|\r$/, '');
    return { stream, time: first.time, coarse: first.coarse, text };
  }
}
