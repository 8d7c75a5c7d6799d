import type { Case } from './case.ts';
import { type Difference, diff } from './diff.ts';
import { observe } from './observe.ts';
import { envoyEngine, tsEngine } from './proxy.ts';
import type { Turns } from './turns.ts';

const tries = 3;

/**
 * Runs a case beside others, and again when the engines differ or one does not get ready, the third and last time alone;
 * where they still do. Some cases hold timeouts of tenths of a second, which a busy machine can overrun in either
 * engine; a difference that is one of behaviour shows again.
 */
export async function runCasePatiently(test: Case, oracle: string, turns: Turns): Promise<Difference[]> {
  for (let tried = 1; ; tried++) {
    const last = tried === tries || test.knownDifference !== undefined;
    try {
      const differences = await turns.take(tried === tries ? turns.places : 1, () => runCase(test, oracle));
      if (differences.length === 0 || last) return differences;
    } catch (error) {
      if (tried === tries) throw error;
    }
  }
}

/** Runs a case on both engines, once; where they differ. */
export async function runCase(test: Case, oracle: string): Promise<Difference[]> {
  const [envoy, ts] = await Promise.all([observe(test, envoyEngine(oracle)), observe(test, tsEngine())]);
  return diff(envoy, ts);
}
