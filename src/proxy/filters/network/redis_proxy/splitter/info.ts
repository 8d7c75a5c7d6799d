import { lowerAscii } from '../../../../http/ascii.ts';
import { bulk, error, type RespValue } from '../resp/value.ts';
import { type Metric, metrics } from './info-metrics.ts';

const byName = new Map(metrics.map((metric) => [metric.name, metric]));

/** What is known of one metric so far. */
interface Sum {
  text: string;
  number: bigint;
}

/** INFO of all hosts as one: numbers added up, or the largest, or the first host's; `section` in lower case, empty: all. */
export function combineInfo(answers: readonly RespValue[], section: string): RespValue {
  const wanted = (name: string): boolean => section === '' || lowerAscii(name) === section;
  const sums = new Map<string, Sum>();
  for (const metric of metrics) sums.set(metric.name, { text: metric.text, number: 0n });
  for (const answer of answers) {
    if (answer.type !== 'bulk' && answer.type !== 'verbatim') {
      return error('unexpected response type received from shard');
    }
    let current = '';
    for (const raw of infoText(answer).split('\n')) {
      const line = raw.trim();
      if (line.startsWith('#')) current = line.slice(1).trimStart();
      else if (line !== '' && wanted(current)) take(sums, line);
    }
  }
  return bulk(print(sums, wanted));
}

function infoText(answer: RespValue & { text: string }): string {
  return answer.type === 'verbatim' ? answer.text.slice(4) : answer.text;
}

function take(sums: Map<string, Sum>, line: string): void {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1);
  const metric = byName.get(name);
  if (metric === undefined) return;
  const sum = sums.get(name)!;
  const number = integer(value);
  if (metric.merge === 'first') sum.text ||= value;
  else if (metric.merge === 'sum') sum.number += number;
  else if (metric.merge === 'max' && number > sum.number) sum.number = number;
  else if (metric.merge === 'keyspace') sum.text = keyspace(sum.text, value);
}

function print(sums: ReadonlyMap<string, Sum>, wanted: (section: string) => boolean): string {
  let text = '';
  let last = '';
  for (const metric of metrics) {
    if (!wanted(metric.section)) continue;
    const value = shown(metric, sums);
    if (value === '') continue;
    if (metric.section !== last) text += `${last === '' ? '' : '\r\n'}# ${metric.section}\r\n`;
    last = metric.section;
    text += `${metric.name}:${value}\r\n`;
  }
  return text;
}

function shown({ name, merge }: Metric, sums: ReadonlyMap<string, Sum>): string {
  if (merge === 'sum' || merge === 'max') return String(sums.get(name)!.number);
  if (merge !== 'human') return sums.get(name)!.text;
  const bytes = sums.get(name.replace(/_human$/, ''))?.number ?? 0n;
  return bytes > 0n ? human(Number(bytes)) : '';
}

/** Whole numbers alone; fractions and texts are nothing. */
function integer(text: string): bigint {
  return /^\s*[+-]?\d+\s*$/.test(text) ? BigInt(text.trim().replace('+', '')) : 0n;
}

/** `keys=1,expires=0,avg_ttl=0` of the hosts so far and of one more; the mean of both times to live. */
function keyspace(before: string, next: string): string {
  const old = fieldsOf(before);
  const more = fieldsOf(next);
  const sum = (field: string): bigint => (old.get(field) ?? 0n) + (more.get(field) ?? 0n);
  return `keys=${sum('keys')},expires=${sum('expires')},avg_ttl=${sum('avg_ttl') / 2n}`;
}

function fieldsOf(text: string): Map<string, bigint> {
  return new Map(
    text.split(',').map((field) => {
      const [name = '', value = ''] = field.split('=');
      return [name, integer(value)];
    }),
  );
}

/** Bytes as Redis prints them: `1.50M`. */
function human(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes;
  for (const unit of 'KMGTP') {
    value /= 1024;
    if (value < 1024) return `${value.toFixed(2)}${unit}`;
  }
  return `${bytes}B`;
}
