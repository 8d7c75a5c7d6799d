import { quantiles, type SlotHistogram } from '../../stats/histogram.ts';
import type { StatsStore } from '../../stats/store.ts';
import type { Tag } from '../../stats/tags.ts';
import { bucketsOf } from './histogram.ts';
import type { Selection } from './selection.ts';

/** A metric: stats that are the same but for their tags. */
interface Family<T> {
  readonly name: string;
  /** What it is sorted by: Envoy compares names part by part. */
  readonly order: string;
  readonly members: { readonly tags: string; readonly stat: T }[];
}

/**
 * `/stats/prometheus`: Prometheus' text format. Counters, gauges and histograms by metric; Envoy's tags are the
 * labels.
 *
 * @param summary print histograms as summaries of the last interval
 */
export function statsPrometheus(selection: Selection, store: StatsStore, summary: boolean): string {
  let text = '';
  for (const [kind, stats] of [
    ['counter', selection.counters],
    ['gauge', selection.gauges],
  ] as const)
    for (const { name, members } of families<{ name: string; value: number }>(stats, store)) {
      text += `# TYPE ${name} ${kind}\n`;
      for (const { tags, stat } of members) text += `${name}{${tags}} ${stat.value}\n`;
    }
  for (const { name, members } of families(selection.histograms, store)) {
    text += `# TYPE ${name} ${summary ? 'summary' : 'histogram'}\n`;
    for (const { tags, stat } of members)
      text += summary ? summaryText(name, tags, stat) : histogramText(name, tags, stat);
  }
  return text;
}

function families<T extends { readonly name: string }>(stats: readonly T[], store: StatsStore): Family<T>[] {
  const byMetric = new Map<string, Family<T>>();
  for (const stat of stats) {
    const tagged = store.tagged(stat.name);
    const name = `envoy_${metricName(tagged.name)}`;
    let family = byMetric.get(name);
    if (family === undefined) {
      family = { name, order: tagged.name.replaceAll('.', '\0'), members: [] };
      byMetric.set(name, family);
    }
    family.members.push({ tags: labels(tagged.tags), stat });
  }
  return Array.from(byMetric.values()).sort((a, b) => (a.order < b.order ? -1 : 1));
}

function metricName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

function labels(tags: readonly Tag[]): string {
  return tags.map(({ name, value }) => `${metricName(name)}="${escapeLabel(value)}"`).join(',');
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"]/g, (c) => `\\${c}`).replaceAll('\n', '\\n');
}

function histogramText(name: string, tags: string, histogram: SlotHistogram): string {
  const prefix = tags === '' ? '' : `${tags},`;
  const { count } = histogram.cumulative;
  const buckets = bucketsOf(histogram, false).map(
    ({ bound, cumulative }) => [String(bound), cumulative] as const,
  );
  let text = '';
  for (const [bound, samples] of [...buckets, ['+Inf', count] as const])
    text += `${name}_bucket{${prefix}le="${bound}"} ${samples}\n`;
  return `${text}${name}_sum{${tags}} ${histogram.cumulative.sum()}\n${name}_count{${tags}} ${count}\n`;
}

function summaryText(name: string, tags: string, { interval }: SlotHistogram): string {
  const prefix = tags === '' ? '' : `${tags},`;
  let text = '';
  interval.quantiles(quantiles).forEach((value, i) => {
    text += `${name}{${prefix}quantile="${quantiles[i]}"} ${Number.isNaN(value) ? 'nan' : value}\n`;
  });
  return `${text}${name}_sum{${tags}} ${interval.sum()}\n${name}_count{${tags}} ${interval.count}\n`;
}
