import { hexValue } from './characters.ts';
import { codecError } from './errors.ts';

const CR = 13;
const LF = 10;
const SPACE = 32;
const TAB = 9;
const SEMICOLON = 59;

const SIZE = 0;
const EXTENSION = 1;
const DATA = 2;
const TERM = 3;

/**
 * The framing of a chunked body (RFC 9112 §7.1), byte by byte: what the sizes and line ends say, and which bytes
 * are body. Ends before the trailer section, which has the form of a head's fields. As in Envoy, all between a
 * chunk's data and the next LF is skipped, and a size's line may say anything after its number but a lone CR or LF.
 */
export class ChunkFraming {
  /** The chunk of size 0 is past: the trailer section follows. */
  done = false;
  /** Of the last `next`: where the body bytes it found start. */
  bodyStart = 0;
  #state = SIZE;
  #left = 0;
  /** Of the size, from its first digit that is not 0 on; at least 1 once there is one. */
  #digits = 0;
  #afterCr = false;

  reset(): void {
    this.done = false;
    this.#state = SIZE;
    this.#left = 0;
    this.#digits = 0;
    this.#afterCr = false;
  }

  /**
   * Reads on from `at` and stops after a run of body bytes, at the end of `data`, or after the last chunk's line.
   * Returns where it stopped: `data[bodyStart, stop)` is body.
   * @throws ProtocolError
   */
  next(data: Buffer, at: number): number {
    for (;;) {
      if (at >= data.length) {
        this.bodyStart = at;
        return at;
      }
      if (this.#state === DATA) {
        const stop = Math.min(data.length, at + this.#left);
        this.#left -= stop - at;
        if (this.#left === 0) this.#state = TERM;
        this.bodyStart = at;
        return stop;
      }
      const byte = data[at++]!;
      if (this.#state === SIZE) {
        const digit = hexValue[byte]!;
        if (digit >= 0) {
          if (this.#left > 0 && ++this.#digits > 16) throw codecError('CHUNK_LENGTH_OVERFLOW');
          if (this.#left === 0) this.#digits = 1;
          this.#left = this.#left * 16 + digit;
          continue;
        }
        const ends = byte === CR || byte === LF || byte === SEMICOLON || byte === SPACE || byte === TAB;
        if (this.#digits === 0 || !ends) throw codecError('HPE_INVALID_CHUNK_SIZE');
        this.#state = EXTENSION;
      }
      if (this.#state === EXTENSION) {
        if (this.#afterCr !== (byte === LF)) throw codecError('INVALID_CHUNK_EXTENSION');
        this.#afterCr = byte === CR;
        if (byte !== LF) continue;
        this.#digits = 0;
        this.#afterCr = false;
        if (this.#left === 0) {
          this.done = true;
          this.bodyStart = at;
          return at;
        }
        this.#state = DATA;
      } else if (byte === LF) {
        this.#state = SIZE;
      }
    }
  }
}
