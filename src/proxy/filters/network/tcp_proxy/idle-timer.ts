import type { Clock, Timer } from '../../../clock.ts';

/**
 * Fires once nothing has happened for so long. `touch` costs no timer: the one there is looks, when it comes, how long it is
 * really since. Bytes that the kernel takes of what waits count as something too: `unsent` is asked for them.
 */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #unsent: () => number;
  readonly #onIdle: () => void;
  #last: number;
  #waiting = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, ms: number, unsent: () => number, onIdle: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#unsent = unsent;
    this.#onIdle = onIdle;
    this.#last = clock.now();
    this.#arm(ms);
  }

  touch(): void {
    this.#last = this.#clock.now();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(ms: number): void {
    this.#timer = this.#clock.setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    const now = this.#clock.now();
    const waiting = this.#unsent();
    if (waiting > 0 && waiting !== this.#waiting) this.#last = now;
    this.#waiting = waiting;
    const left = this.#last + this.#ms - now;
    if (left > 0) this.#arm(left);
    else this.#onIdle();
  }
}
