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

/** Quantiles as whole percents: 0.995 is 99.5. */
export function percent(quantile: number): number {
  return Math.round(quantile * 1000) / 10;
}
