/** A one-shot timer. Cancelling a fired or cancelled timer does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as the data plane sees it; tests pass their own. */
export interface Clock {
  /** Monotonic milliseconds, with a fraction. */
  now(): number;
  /** Milliseconds since the epoch. */
  wallNow(): number;
  /** Calls `callback` once after `ms`. The timer does not keep the process alive. */
  setTimeout(callback: () => void, ms: number): Timer;
}

/** Node's timers take at most this many ms; longer ones fire at once. */
const longestTimeout = 2 ** 31 - 1;

class SystemTimer implements Timer {
  readonly #handle: NodeJS.Timeout;

  constructor(callback: () => void, ms: number) {
    this.#handle = setTimeout(callback, Math.min(ms, longestTimeout)).unref();
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimeout: (callback, ms) => new SystemTimer(callback, ms),
};
