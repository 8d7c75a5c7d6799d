import { Bins, binInDecade, binKey, binsPerDecade, decadeOf } from './log-linear.ts';
import type { Slot, Slots } from './slots.ts';
import type { Histogram } from './stats.ts';

/** The quantiles Envoy prints. */
export const quantiles: readonly number[] = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1];

/** Upper bounds of the buckets Envoy shows to Prometheus unless `stats_config` says otherwise. */
export const defaultBuckets: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000,
  3600000,
];

/**
 * A histogram in Envoy's two views: the samples of the last full flush interval, and all up to its end. Samples
 * of the interval that still runs show in neither until {@link latch}.
 */
export class SlotHistogram implements Histogram {
  readonly name: string;
  /** Upper bounds, rising. */
  readonly buckets: readonly number[];
  readonly interval = new Bins();
  readonly cumulative = new Bins();
  readonly #slots: Slots;
  /** Samples of zero, then samples in all. */
  protected readonly head: Slot;
  readonly #decades: (Slot | undefined)[] = [];

  constructor(name: string, slots: Slots, buckets: readonly number[] = defaultBuckets) {
    this.name = name;
    this.buckets = buckets;
    this.#slots = slots;
    this.head = slots.allocate(2);
  }

  /** Whether a sample has been latched. */
  get used(): boolean {
    return this.cumulative.count > 0;
  }

  record(value: number): void {
    const { values, at } = this.head;
    values[at + 1]!++;
    const whole = Math.trunc(value);
    if (whole <= 0) {
      values[at]!++;
      return;
    }
    const decade = decadeOf(whole);
    let slot = this.#decades[decade];
    if (slot === undefined) {
      slot = this.allocateDecade(decade);
      this.#decades[decade] = slot;
    }
    slot.values[slot.at + binInDecade(whole, decade)]!++;
  }

  /** Ends the interval: its samples become `interval` and join `cumulative`. */
  latch(): void {
    if (this.interval.count > 0) this.interval.clear();
    const { values, at } = this.head;
    if (values[at + 1] === 0) return;
    if (values[at] !== 0) this.add(0, values[at]!);
    values[at] = 0;
    values[at + 1] = 0;
    for (let decade = 0; decade < this.#decades.length; decade++) {
      const slot = this.#decades[decade];
      if (slot === undefined) continue;
      for (let bin = 0; bin < binsPerDecade; bin++) {
        const count = slot.values[slot.at + bin]!;
        if (count === 0) continue;
        this.add(binKey(decade, bin), count);
        slot.values[slot.at + bin] = 0;
      }
    }
  }

  /** A place for the bins of a decade that has its first sample. */
  protected allocateDecade(_decade: number): Slot {
    return this.#slots.allocate(binsPerDecade);
  }

  /** As `/stats` prints it: `P0(interval,cumulative) P25(…) …`. */
  summary(): string {
    if (!this.used) return 'No recorded values';
    const interval = this.interval.quantiles(quantiles);
    const cumulative = this.cumulative.quantiles(quantiles);
    return quantiles
      .map((quantile, i) => `P${percent(quantile)}(${number(interval[i]!)},${number(cumulative[i]!)})`)
      .join(' ');
  }

  /** Puts samples of a bin into both views. */
  add(key: number, count: number): void {
    this.interval.add(key, count);
    this.cumulative.add(key, count);
  }
}

/** 0.995 is 99.5, not 99.499…. */
function percent(quantile: number): number {
  return Math.round(quantile * 1000) / 10;
}

function number(value: number): string {
  return Number.isNaN(value) ? 'nan' : String(value);
}
