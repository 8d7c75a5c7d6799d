import type { Input } from './input.ts';
import { knownDifferences } from './known-differences.ts';
import { shorten } from './message-text.ts';
import { isPartial } from './recording-upstream.ts';
import type { Observation } from './rig.ts';

/** What two engines did differently, field by field; nothing when they did the same. */
export interface Difference {
  readonly field: keyof Observation;
  readonly envoy: unknown;
  readonly ts: unknown;
}

/** What is left of the differences between Envoy and us when those listed in known-differences.ts are taken away. */
export function differences(input: Input, envoy: Observation, ts: Observation): Difference[] {
  let [expected, got] = [settled(envoy), settled(ts)];
  for (const known of knownDifferences) {
    if (known.kind === input.kind) got = known.forgive(expected, got, input) ?? got;
  }
  return fields
    .filter((field) => JSON.stringify(expected[field]) !== JSON.stringify(got[field]))
    .map((field) => ({ field, envoy: expected[field], ts: got[field] }));
}

const fields = ['log', 'upstream', 'client', 'closed', 'upstreamClosed'] as const;

/**
 * Without what is left to chance: whether the upstream has seen a piece of a request that is refused in the middle of
 * its body depends on how far the connection to it was.
 */
function settled(observation: Observation): Observation {
  const { log, upstream } = observation;
  const refused = log.some((line) => / (?!via_upstream)[a-z_0-9.]+$/.test(line) && !line.startsWith('0 '));
  return refused
    ? { ...observation, upstream: upstream.filter((request) => !isPartial(request)) }
    : observation;
}

/** For people: three lines a field. */
export function printDifferences(all: readonly Difference[]): string {
  const show = (what: unknown) => shorten(JSON.stringify(what));
  return all
    .map(({ field, envoy, ts }) => `${field}\n  envoy ${show(envoy)}\n  ts    ${show(ts)}`)
    .join('\n');
}
