import { RespError } from './resp-error.ts';

const largest = 2n ** 63n;

/** A decimal number read digit by digit: a length, or an integer of 64 bits. */
export class DecimalReader {
  negative = false;
  #digits = 0;
  /** Exact up to 15 digits; beyond, `#big` is. */
  #value = 0;
  #big: bigint | undefined;

  reset(): void {
    this.negative = false;
    this.#digits = 0;
    this.#value = 0;
    this.#big = undefined;
  }

  /** @throws RespError */
  take(byte: number): void {
    if (byte === 0x2d && this.#digits === 0 && !this.negative) {
      this.negative = true;
      return;
    }
    if (byte < 0x30 || byte > 0x39) throw new RespError('invalid integer character');
    const digit = byte - 0x30;
    this.#digits++;
    if (this.#big === undefined && this.#value < 1e14) {
      this.#value = this.#value * 10 + digit;
      return;
    }
    this.#big = (this.#big ?? BigInt(this.#value)) * 10n + BigInt(digit);
    if (this.#big > largest) throw new RespError('integer overflow');
  }

  /**
   * The length it is, -1 for the null that RESP2 writes so.
   *
   * @throws RespError
   */
  length(limit: number): number {
    if (this.#digits === 0) throw new RespError('empty integer');
    if (this.negative) {
      if (this.#value !== 1 || this.#big !== undefined) throw new RespError('negative length');
      return -1;
    }
    if (this.#big !== undefined || this.#value > limit) throw new RespError('length exceeds limit');
    return this.#value;
  }

  /** @throws RespError */
  integer(): bigint {
    if (this.#digits === 0) throw new RespError('empty integer');
    const value = this.#big ?? BigInt(this.#value);
    if (!this.negative && value === largest) throw new RespError('integer overflow');
    return this.negative ? -value : value;
  }
}
