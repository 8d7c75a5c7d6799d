import type { Clock } from '../clock.ts';

/** What a timeout ends. */
export interface Expiring {
  onTimeout(): void;
}

/** One running timeout of a {@link TimeoutList}. */
export class Timeout {
  readonly due: number;
  previous: Timeout | undefined;
  next: Timeout | undefined;
  readonly #list: TimeoutList;
  #target: Expiring | undefined;

  constructor(list: TimeoutList, target: Expiring, due: number) {
    this.#list = list;
    this.#target = target;
    this.due = due;
  }

  cancel(): void {
    if (this.#target === undefined) return;
    this.#target = undefined;
    this.#list.unlink(this);
  }

  fire(): void {
    const target = this.#target;
    this.cancel();
    target?.onTimeout();
  }
}

/**
 * Timeouts of one length, in the order they end: starting and cancelling one touches no timer of the system, which
 * wakes up for the first of them only. Most timeouts of requests are cancelled.
 */
export class TimeoutList {
  readonly #clock: Clock;
  readonly #ms: number;
  #first: Timeout | undefined;
  #last: Timeout | undefined;
  #armed = false;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  start(target: Expiring): Timeout {
    const timeout = new Timeout(this, target, this.#clock.now() + this.#ms);
    timeout.previous = this.#last;
    if (this.#last === undefined) this.#first = timeout;
    else this.#last.next = timeout;
    this.#last = timeout;
    if (!this.#armed) this.#arm(this.#ms);
    return timeout;
  }

  /** @internal */
  unlink(timeout: Timeout): void {
    const { previous, next } = timeout;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    timeout.previous = undefined;
    timeout.next = undefined;
  }

  #arm(ms: number): void {
    this.#armed = true;
    this.#clock.setTimeout(() => this.#onTimer(), ms);
  }

  #onTimer(): void {
    this.#armed = false;
    const now = this.#clock.now();
    // Node's timers may fire a fraction of a millisecond early.
    while (this.#first !== undefined && this.#first.due <= now + 1) this.#first.fire();
    if (this.#first !== undefined && !this.#armed) this.#arm(Math.max(1, this.#first.due - now));
  }
}
