import type { SlotHistogram } from '../../stats/histogram.ts';

/** A bucket of the configured bounds with its samples of the last interval and of all time. */
export interface Bucket {
  readonly bound: number;
  readonly interval: number;
  readonly cumulative: number;
}

/** Samples up to each bound, or with `disjoint` those of each bucket alone. */
export function bucketsOf({ buckets, interval, cumulative }: SlotHistogram, disjoint: boolean): Bucket[] {
  const ofInterval = interval.countsUpTo(buckets);
  const ofAll = cumulative.countsUpTo(buckets);
  const before = (counts: readonly number[], i: number): number => (disjoint ? (counts[i - 1] ?? 0) : 0);
  return buckets.map((bound, i) => ({
    bound,
    interval: ofInterval[i]! - before(ofInterval, i),
    cumulative: ofAll[i]! - before(ofAll, i),
  }));
}

/** A number as C++ streams print it (`%g`): 1.8e+06 and 3e+05, but 300000 where six digits are enough. */
export function shortNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : String(value);
  const rounded = Number(value.toPrecision(6));
  const exponent = Math.floor(Math.log10(Math.abs(rounded)));
  if (exponent >= -5 && exponent < 6) return String(rounded);
  const [mantissa = '', power = ''] = rounded.toExponential().split('e');
  return `${mantissa}e${power[0] === '-' ? '-' : '+'}${power.slice(1).padStart(2, '0')}`;
}

/** Quantiles as whole percents: 0.995 is 99.5. */
export function percent(quantile: number): number {
  return Math.round(quantile * 1000) / 10;
}
