import type { Slot } from './slots.ts';
import type { Gauge } from './stats.ts';

/** Slots a gauge takes: its value, and whether it was ever moved. */
export const gaugeLength = 2;

export class SlotGauge implements Gauge {
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

  /** Whether it was ever moved, if only to where it stood. */
  get used(): boolean {
    return this.#values[this.#at + 1] !== 0;
  }

  inc(): void {
    this.#values[this.#at]!++;
    this.#values[this.#at + 1] = 1;
  }

  dec(): void {
    this.#values[this.#at]!--;
    this.#values[this.#at + 1] = 1;
  }

  set(value: number): void {
    this.#values[this.#at] = value;
    this.#values[this.#at + 1] = 1;
  }

  add(amount: number): void {
    this.#values[this.#at]! += amount;
    this.#values[this.#at + 1] = 1;
  }

  sub(amount: number): void {
    this.add(-amount);
  }
}
