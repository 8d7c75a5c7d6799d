import type { EngineEvent } from '../watch/engine-event.ts';

/** What the engine's events say of the lives of containers. */
export class Lives {
  readonly #starts = new Map<string, number>();
  readonly #gone = new Set<string>();
  #waiting: (() => void)[] = [];

  note({ action, id }: EngineEvent): void {
    if (action === 'start') this.#starts.set(id, this.starts(id) + 1);
    else if (action === 'destroy') this.#gone.add(id);
    else return;
    this.wake();
  }

  gone(id: string): void {
    this.#gone.add(id);
    this.wake();
  }

  /** How often a container was started since we listen. */
  starts(id: string): number {
    return this.#starts.get(id) ?? 0;
  }

  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** @returns false when it is gone, or nobody waits any more */
  async untilStarted(id: string, known: number, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && !this.isGone(id)) {
      if (this.starts(id) > known) return true;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return false;
  }
}
