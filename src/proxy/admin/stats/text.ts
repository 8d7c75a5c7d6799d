import { shortNumber } from '../../format/short-number.ts';
import type { SlotHistogram } from '../../stats/histogram.ts';
import type { Bins } from '../../stats/log-linear.ts';
import { bucketsOf } from './histogram.ts';
import type { BucketMode } from './parameters.ts';
import { type Selection, scalars } from './selection.ts';

/** `/stats` as text: a line each; counters and gauges by name, then histograms. */
export function statsText(selection: Selection, mode: BucketMode | undefined): string {
  let text = '';
  for (const { name, value } of scalars(selection)) text += `${name}: ${value}\n`;
  for (const histogram of selection.histograms) text += histogramText(histogram, mode);
  return text;
}

function histogramText(histogram: SlotHistogram, mode: BucketMode | undefined): string {
  const { name, used } = histogram;
  if (!used || mode === undefined || mode === 'summary') return `${name}: ${histogram.summary()}\n`;
  if (mode === 'detailed')
    return (
      `${name}:\n  totals=${bins(histogram.cumulative)}\n  intervals=${bins(histogram.interval)}\n` +
      `  summary=${histogram.summary()}\n`
    );
  const buckets = bucketsOf(histogram, mode === 'disjoint').map(
    ({ bound, interval, cumulative }) => `B${shortNumber(bound)}(${interval},${cumulative})`,
  );
  return `${name}: ${buckets.join(' ')}\n`;
}

/** `lower,width:count`. */
function bins(all: Bins): string {
  return all
    .sorted()
    .map(({ left, width, count }) => `${shortNumber(left)},${shortNumber(width)}:${count}`)
    .join(', ');
}
