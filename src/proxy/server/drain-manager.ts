import type { Clock, Timer } from '../clock.ts';

/** Asked with every response: shall its connection be closed? */
export interface DrainDecision {
  drainClose(): boolean;
}

/** `gradual`: ever more connections close as the drain time passes; `immediate`: all from its start. */
export type DrainStrategy = 'gradual' | 'immediate';

/**
 * Winds connections down, as Envoy's DrainManager: responses on them carry `connection: close` with a probability
 * that grows over the drain time. A listener's manager also drains when its parent, the server's, does.
 */
export class DrainManager implements DrainDecision {
  readonly #clock: Clock;
  readonly #drainMs: number;
  readonly #strategy: DrainStrategy;
  readonly #parent: DrainDecision | undefined;
  readonly #random: () => number;
  #startedAt: number | undefined;
  #timer: Timer | undefined;

  constructor(
    clock: Clock,
    drainMs: number,
    strategy: DrainStrategy,
    parent?: DrainDecision,
    random: () => number = Math.random,
  ) {
    this.#clock = clock;
    this.#drainMs = drainMs;
    this.#strategy = strategy;
    this.#parent = parent;
    this.#random = random;
  }

  get draining(): boolean {
    return this.#startedAt !== undefined;
  }

  /** Begins; `done` is called when the drain time is over. A second start only waits with the first. */
  start(done: () => void): void {
    this.#startedAt ??= this.#clock.now();
    const left = this.#startedAt + this.#drainMs - this.#clock.now();
    const timer = this.#clock.setTimeout(done, Math.max(0, left));
    this.#timer ??= timer;
  }

  drainClose(): boolean {
    if (this.#startedAt === undefined) return this.#parent?.drainClose() ?? false;
    if (this.#strategy === 'immediate' || this.#drainMs === 0) return true;
    const elapsed = this.#clock.now() - this.#startedAt;
    return elapsed >= this.#drainMs || this.#random() * this.#drainMs < elapsed;
  }

  /** Forgets its timer, when what it drains is gone already. */
  dispose(): void {
    this.#timer?.cancel();
  }
}
