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

/** A diff for a person: each place, both values, strings line by line with invisible characters shown. */
export function printDiff(differences: readonly Difference[]): string {
  return differences
    .map(({ path, envoy, ts }) => `  ${path}\n    envoy: ${show(envoy)}\n    ts:    ${show(ts)}`)
    .join('\n');
}

function show(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'absent';
  return JSON.stringify(value).replaceAll('\\r\\n', '\\r\\n\n           ');
}
