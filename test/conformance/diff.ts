import { isDeepStrictEqual } from 'node:util';
import type { Observation } from './observe.ts';

/** One place where the two observations differ. */
export interface Difference {
  /** Such as `clients[0].received` or `stats.http.ingress.downstream_rq_total`. */
  readonly path: string;
  readonly envoy: unknown;
  readonly ts: unknown;
}

/** Every leaf at which they differ. */
export function diff(envoy: Observation, ts: Observation): Difference[] {
  const found: Difference[] = [];
  compare('', envoy, ts, found);
  return found;
}

function compare(path: string, envoy: unknown, ts: unknown, found: Difference[]): void {
  if (isDeepStrictEqual(envoy, ts)) return;
  if (isRecord(envoy) && isRecord(ts)) {
    const keys = new Set([...Object.keys(envoy), ...Object.keys(ts)]);
    const list = Array.isArray(envoy);
    for (const key of keys) {
      const step = list ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      compare(step, envoy[key], ts[key], found);
    }
    return;
  }
  found.push({ path, envoy, ts });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A diff for a person: each place, both values; of texts of many lines only those that differ, and one before them. */
export function printDiff(differences: readonly Difference[]): string {
  return differences
    .map(({ path, envoy, ts }) => {
      const [theirs, ours] =
        typeof envoy === 'string' && typeof ts === 'string' ? unlike(envoy, ts) : [envoy, ts];
      return `  ${path}\n    envoy: ${show(theirs)}\n    ts:    ${show(ours)}`;
    })
    .join('\n');
}

/** Two texts without the lines they begin and end with alike, the last of those before excepted. */
function unlike(a: string, b: string): [string, string] {
  const [left, right] = [a.split(/(?<=\n)/), b.split(/(?<=\n)/)];
  let from = 0;
  while (from < left.length && left[from] === right[from]) from++;
  let alike = 0;
  const most = Math.min(left.length, right.length) - from;
  while (alike < most && left.at(-1 - alike) === right.at(-1 - alike)) alike++;
  const cut = (lines: string[]): string => lines.slice(Math.max(0, from - 1), lines.length - alike).join('');
  return [cut(left), cut(right)];
}

function show(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'absent';
  return JSON.stringify(value).replaceAll('\\r\\n', '\\r\\n\n           ');
}
