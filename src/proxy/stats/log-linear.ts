/**
 * The log-linear bins of Envoy's histograms (circllhist, the OpenHistogram format): two significant decimal
 * digits, so 90 bins a decade, and one bin for zero. Samples are whole numbers, as Envoy's are.
 */

/** Bins of one decade. */
export const binsPerDecade = 90;

/** The decade of a whole number ≥ 1: 0 for 1–9, 1 for 10–99, and so on. */
export function decadeOf(value: number): number {
  let decade = 0;
  let limit = 10;
  while (value >= limit) {
    limit *= 10;
    decade++;
  }
  return decade;
}

/** The bin, 0 to 89, of a whole number in its decade. */
export function binInDecade(value: number, decade: number): number {
  return Math.floor(decade === 0 ? value * 10 : value / 10 ** (decade - 1)) - 10;
}

/** A bin's key: 0 is zero's own bin, keys grow with the values. */
export function binKey(decade: number, bin: number): number {
  return 1 + decade * binsPerDecade + bin;
}

/** A bin's lower bound and width. */
export function binRange(key: number): { readonly left: number; readonly width: number } {
  if (key === 0) return { left: 0, width: 0 };
  const decade = Math.floor((key - 1) / binsPerDecade);
  const digits = ((key - 1) % binsPerDecade) + 10;
  const scale = 10 ** decade;
  return { left: (digits / 10) * scale, width: scale / 10 };
}

/** Samples by bin: what is known of a span of time. */
export class Bins {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** How many samples. */
  get count(): number {
    return this.#total;
  }

  add(key: number, count: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    this.#total += count;
  }

  clear(): void {
    this.#counts.clear();
    this.#total = 0;
  }

  /** Bins with samples, smallest first. */
  sorted(): { readonly left: number; readonly width: number; readonly count: number }[] {
    return [...this.#counts].sort(([a], [b]) => a - b).map(([key, count]) => ({ ...binRange(key), count }));
  }

  /** Sum of the samples, each taken as its bin's harmonic middle. */
  sum(): number {
    let sum = 0;
    for (const { left, width, count } of this.sorted()) {
      if (left > 0) sum += (left + width * (left / (left + left + width))) * count;
    }
    return sum;
  }

  /** Samples in bins that begin at or before each of the rising `bounds`. */
  countsUpTo(bounds: readonly number[]): number[] {
    const bins = this.sorted();
    let at = 0;
    let count = 0;
    return bounds.map((bound) => {
      while (at < bins.length && bins[at]!.left <= bound) count += bins[at++]!.count;
      return count;
    });
  }

  /**
   * Quantiles (each 0 to 1, rising): the value of the sample at that rank, the samples of a bin being spread
   * evenly over it; all NaN without samples.
   */
  quantiles(wanted: readonly number[]): number[] {
    if (this.#total === 0) return wanted.map(() => Number.NaN);
    const bins = this.sorted();
    let at = 0;
    let below = 0;
    return wanted.map((quantile) => {
      const rank = Math.max(1, Math.ceil(quantile * this.#total));
      while (at < bins.length - 1 && below + bins[at]!.count < rank) below += bins[at++]!.count;
      const { left, width, count } = bins[at]!;
      return left + ((rank - below) / (count + 1)) * width;
    });
  }
}
