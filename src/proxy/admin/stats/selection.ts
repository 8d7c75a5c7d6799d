import type { SlotHistogram } from '../../stats/histogram.ts';
import type { ShownStat } from '../../stats/stats.ts';
import type { StatsStore } from '../../stats/store.ts';
import type { StatsParameters } from './parameters.ts';

/** The stats a query asks for, each kind by name. */
export interface Selection {
  readonly counters: readonly ShownStat[];
  readonly gauges: readonly ShownStat[];
  readonly histograms: readonly SlotHistogram[];
}

export function select(store: StatsStore, { type, usedOnly, wanted }: StatsParameters): Selection {
  const pick = <T extends { readonly name: string }>(kind: string, stats: Iterable<T>): T[] => {
    if (type !== 'All' && type !== kind) return [];
    return Array.from(stats)
      .filter(({ name }) => wanted(name))
      .sort(byName);
  };
  return {
    counters: pick('Counters', store.counters(usedOnly)),
    gauges: pick('Gauges', store.gauges(usedOnly)),
    histograms: pick('Histograms', store.histograms(usedOnly)),
  };
}

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Counters and gauges in one list by name. */
export function scalars({ counters, gauges }: Selection): readonly ShownStat[] {
  return [...counters, ...gauges].sort(byName);
}
