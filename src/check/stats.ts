import { didYouMean } from '../document/suggest.ts';
import type { StatExpectation } from '../sandbox/check.ts';
import { describeNumber, matchesNumber } from './match.ts';
import type { Failure } from './result.ts';
import type { CheckTarget } from './target.ts';

/** Values of the stats that a step expects, replica by replica, at one moment. */
export interface StatReading {
  /** In the order of the expectations; each by replica. undefined: there is no such stat (yet). */
  readonly values: readonly ReadonlyMap<string, number | undefined>[];
  /** All names seen of each expectation's node, to suggest from. */
  readonly names: readonly (readonly string[])[];
}

/** Reads each admin once. A replica that does not run has no stats. */
export async function readStats(
  expectations: readonly StatExpectation[],
  target: CheckTarget,
  signal: AbortSignal,
): Promise<StatReading> {
  const cache = new Map<string, Promise<ReadonlyMap<string, number>>>();
  const read = (replica: string, container: string | undefined): Promise<ReadonlyMap<string, number>> => {
    const key = `${replica}/${container ?? ''}`;
    const known = cache.get(key) ?? target.stats(replica, container, signal);
    cache.set(key, known);
    return known;
  };
  const all = await Promise.all(
    expectations.map(async ({ node, container, name }) => {
      const values = new Map<string, number | undefined>();
      const names = new Set<string>();
      for (const replica of await target.replicas(node)) {
        if (!(await target.running(replica))) continue;
        const stats = await read(replica, container);
        values.set(replica, stats.get(name));
        for (const each of stats.keys()) names.add(each);
      }
      return { values, names: [...names] };
    }),
  );
  return { values: all.map(({ values }) => values), names: all.map(({ names }) => names) };
}

/** Stats that are not as expected. `before` is the reading from before the step; a counter not there counts as 0. */
export function compareStats(
  expectations: readonly StatExpectation[],
  before: StatReading,
  after: StatReading,
): Failure[] {
  return expectations.flatMap((expectation, index) => {
    const { node, name, mode, match } = expectation;
    const values = after.values[index]!;
    const actual = mode === 'value' ? sum(values) : increase(before.values[index]!, values);
    if (matchesNumber(match, actual)) return [];
    const missing = [...values.values()].every((value) => value === undefined);
    const hint = missing ? didYouMean(name, after.names[index]!) : undefined;
    return [
      {
        what: `stat ${name} of ${node}`,
        expected: `${mode === 'increase' ? 'goes up by ' : ''}${describeNumber(match)}`,
        actual: `${actual}${missing ? ' (there is no such stat)' : ''}`,
        detail: hint === undefined ? [] : [hint],
      },
    ];
  });
}

function sum(values: ReadonlyMap<string, number | undefined>): number {
  return [...values.values()].reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** A replica that counts less than before was started anew in between: it counts from 0. */
function increase(
  before: ReadonlyMap<string, number | undefined>,
  after: ReadonlyMap<string, number | undefined>,
): number {
  let total = 0;
  for (const [replica, value = 0] of after) {
    const start = before.get(replica) ?? 0;
    total += value >= start ? value - start : value;
  }
  return total;
}
