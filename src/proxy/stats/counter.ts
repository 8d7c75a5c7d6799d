import type { Slot } from './slots.ts';
import type { Counter } from './stats.ts';

/** Slots a counter takes: its value, and whether it was reset after use. */
export const counterLength = 2;

export class SlotCounter implements Counter {
  readonly name: string;
  readonly #values: Float64Array;
  readonly #at: number;

  constructor(name: string, { values, at }: Slot) {
    this.name = name;
    this.#values = values;
    this.#at = at;
  }

  get value(): number {
    return this.#values[this.#at]!;
  }

  /** Where its numbers are. */
  get slot(): Slot {
    return { values: this.#values, at: this.#at };
  }

  /** Whether it was ever added to. */
  get used(): boolean {
    return this.#values[this.#at] !== 0 || this.#values[this.#at + 1] !== 0;
  }

  inc(): void {
    this.#values[this.#at]!++;
  }

  add(amount: number): void {
    this.#values[this.#at]! += amount;
  }

  reset(): void {
    if (this.#values[this.#at] !== 0) this.#values[this.#at + 1] = 1;
    this.#values[this.#at] = 0;
  }
}
