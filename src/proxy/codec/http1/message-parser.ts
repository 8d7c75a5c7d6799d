import { BlockCollector, type FirstLineReader } from './block-collector.ts';
import { ChunkFraming } from './chunk-framing.ts';
import { codecError, headersTooLarge } from './errors.ts';

/** What comes after a head, where it is not a count of bytes. */
export const Body = { chunked: -1, untilClose: -2, raw: -3 } as const;

/** What a parser tells its connection. */
export interface MessageSink extends FirstLineReader {
  /** A message starts, with this byte. @throws ProtocolError */
  onMessageBegin(first: number): void;
  /**
   * A head, whose first line was read already. Returns how many bytes of body follow, or one of `Body`.
   * @throws ProtocolError
   */
  onHead(head: BlockCollector): number;
  onBody(data: Buffer): void;
  /** Trailer fields; not called when there are none. @throws ProtocolError */
  onTrailers(data: Buffer, start: number, end: number): void;
  onMessageComplete(): void;
}

const CR = 13;
const LF = 10;
const SPACE = 32;

const START = 0;
const HEAD = 1;
const FIXED = 2;
const CHUNKED = 3;
const TRAILERS = 4;
const UNTIL_CLOSE = 5;
/** Empty lines in front of a head are skipped. */
const BEFORE_HEAD = 6;

/**
 * Behind the last chunk's line: line ends may come before the first trailer, and an empty line without trailers
 * ends the message.
 */
const BEFORE_TRAILERS = 7;

/** What came before, behind the last chunk: whether a LF would end the message. */
const AFTER_LF = 0;
const AFTER_LF_CR = 1;
const AFTER_OTHER = 2;

/** Splits a direction of a connection into messages. One a connection; holds what must wait for more bytes. */
export class MessageParser {
  readonly #sink: MessageSink;
  readonly #head: BlockCollector;
  readonly #trailers: BlockCollector;
  readonly #chunks = new ChunkFraming();
  #state = START;
  #left = 0;
  #afterLf = AFTER_LF;

  /** `maxBytes`: most bytes of a head, and of a trailer section. */
  constructor(sink: MessageSink, maxBytes: number) {
    this.#sink = sink;
    this.#head = new BlockCollector(maxBytes, sink);
    this.#trailers = new BlockCollector(maxBytes, undefined);
  }

  /** No byte of a message that has not ended was seen. */
  get idle(): boolean {
    return this.#state === START;
  }

  /** The body goes on until the peer closes. */
  get readsUntilClose(): boolean {
    return this.#state === UNTIL_CLOSE;
  }

  /**
   * Reads on from `data[at]`; returns where it stopped: at the end, or after the end of a message.
   * @throws ProtocolError
   */
  execute(data: Buffer, at: number): number {
    while (at < data.length) {
      switch (this.#state) {
        case START:
          this.#sink.onMessageBegin(data[at]!);
          this.#state = BEFORE_HEAD;
          break;
        case BEFORE_HEAD:
          while (at < data.length && (data[at] === CR || data[at] === LF)) at++;
          if (at === data.length) return at;
          if (data[at]! <= SPACE) throw codecError('NO_REQUEST_LINE_IN_REQUEST');
          this.#state = HEAD;
          break;
        case HEAD:
          if (!this.#head.feed(data, at)) {
            if (this.#head.full) throw headersTooLarge('headers');
            return this.#head.consumed;
          }
          at = this.#head.consumed;
          if (this.#headComplete()) return at;
          break;
        case FIXED: {
          const stop = Math.min(data.length, at + this.#left);
          this.#left -= stop - at;
          this.#sink.onBody(at === 0 && stop === data.length ? data : data.subarray(at, stop));
          at = stop;
          if (this.#left > 0) return at;
          this.#complete();
          return at;
        }
        case CHUNKED:
          at = this.#chunks.next(data, at);
          if (at > this.#chunks.bodyStart) this.#sink.onBody(data.subarray(this.#chunks.bodyStart, at));
          if (this.#chunks.done) {
            this.#state = BEFORE_TRAILERS;
            this.#afterLf = AFTER_LF;
          }
          break;
        case BEFORE_TRAILERS: {
          const byte = data[at]!;
          if (byte !== CR && byte !== LF) {
            this.#state = TRAILERS;
            break;
          }
          at++;
          if (byte === LF && this.#afterLf !== AFTER_OTHER) {
            this.#complete();
            return at;
          }
          if (byte === LF) this.#afterLf = AFTER_LF;
          else this.#afterLf = this.#afterLf === AFTER_LF ? AFTER_LF_CR : AFTER_OTHER;
          break;
        }
        case TRAILERS: {
          const block = this.#trailers;
          if (!block.feed(data, at)) {
            if (block.full) throw headersTooLarge('trailers');
            return block.consumed;
          }
          this.#sink.onTrailers(block.data, block.start, block.linesEnd);
          this.#complete();
          return block.consumed;
        }
        default:
          this.#sink.onBody(at === 0 ? data : data.subarray(at));
          return data.length;
      }
    }
    return at;
  }

  /** From here on every byte is body, whatever it is: after an upgrade. */
  enterRaw(): void {
    this.#state = UNTIL_CLOSE;
  }

  /** True when the message is over. */
  #headComplete(): boolean {
    const body = this.#sink.onHead(this.#head);
    if (body === 0) {
      this.#complete();
      return true;
    }
    if (body > 0) {
      this.#left = body;
      this.#state = FIXED;
    } else if (body === Body.chunked) {
      this.#chunks.reset();
      this.#state = CHUNKED;
    } else {
      this.#state = UNTIL_CLOSE;
    }
    return false;
  }

  #complete(): void {
    this.#state = START;
    this.#sink.onMessageComplete();
  }
}
