import { quantiles, type SlotHistogram } from '../../stats/histogram.ts';
import type { Bins } from '../../stats/log-linear.ts';
import { bucketsOf, percent } from './histogram.ts';
import type { BucketMode } from './parameters.ts';
import { type Selection, scalars } from './selection.ts';

/** `/stats?format=json`: the same in one line of JSON; histograms come last, all in one object. */
export function statsJson(selection: Selection, mode: BucketMode | undefined): string {
  const stats: unknown[] = scalars(selection).map(({ name, value }) => ({ name, value }));
  if (selection.histograms.length > 0) stats.push({ histograms: histogramsOf(selection.histograms, mode) });
  return JSON.stringify({ stats });
}

/** Quantiles of both views; JSON has no NaN, so an empty view is null. */
function values({ interval, cumulative }: SlotHistogram): unknown[] {
  const ofInterval = interval.quantiles(quantiles);
  const ofAll = cumulative.quantiles(quantiles);
  const json = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return quantiles.map((_quantile, i) => ({ cumulative: json(ofAll[i]!), interval: json(ofInterval[i]!) }));
}

function bins(all: Bins): unknown[] {
  return all.sorted().map(({ left, width, count }) => ({ lower_bound: left, width, count }));
}

function histogramsOf(histograms: readonly SlotHistogram[], mode: BucketMode | undefined): unknown {
  if (mode === 'cumulative' || mode === 'disjoint')
    return histograms.map((histogram) => ({
      name: histogram.name,
      buckets: bucketsOf(histogram, mode === 'disjoint').map(({ bound, interval, cumulative }) => ({
        upper_bound: bound,
        interval,
        cumulative,
      })),
    }));
  const percents = quantiles.map(percent);
  if (mode === 'detailed')
    return {
      supported_percentiles: percents,
      details: histograms.map((histogram) => ({
        name: histogram.name,
        totals: bins(histogram.cumulative),
        intervals: bins(histogram.interval),
        percentiles: values(histogram),
      })),
    };
  return {
    supported_quantiles: percents,
    computed_quantiles: histograms.map((histogram) => ({ name: histogram.name, values: values(histogram) })),
  };
}
