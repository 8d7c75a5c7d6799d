import type { Clock, Timer } from './clock.ts';

interface Pending {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test says so. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #pending = new Set<Pending>();

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now;
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#pending.size;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const pending: Pending = { at: this.#now + ms, callback };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Moves time on, firing what comes due in the order of its time. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (;;) {
      const next = [...this.#pending].filter(({ at }) => at <= target).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = target;
  }
}
