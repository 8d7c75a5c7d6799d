import type { RunningLab } from '../runtime/runtime.ts';
import { type AdminAddress, adminGet } from './admin.ts';

/** A stat as Envoy's `/stats` prints it: counters and gauges are numbers, text readouts and histograms text. */
export type StatValue = number | string;

/**
 * A proxy's stats by name, in Envoy's order.
 *
 * @param filter a regular expression that a name has to contain, as Envoy's `/stats?filter=` takes it
 */
export async function readStats(
  lab: RunningLab,
  admin: AdminAddress,
  filter: string | undefined,
  signal: AbortSignal,
): Promise<Map<string, StatValue>> {
  const query = filter === undefined ? '' : `?filter=${encodeURIComponent(filter)}`;
  return parseStats(await adminGet(lab, admin, `/stats${query}`, signal));
}

/** Reads `name: value` lines. Names may hold colons (`listener.127.0.0.1_80`, `[::1]`), values never `": "`. */
export function parseStats(text: string): Map<string, StatValue> {
  const stats = new Map<string, StatValue>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ');
    if (at === -1) continue;
    const value = line.slice(at + 2);
    stats.set(line.slice(0, at), /^-?\d+$/.test(value) ? Number(value) : value);
  }
  return stats;
}
