import type { Case } from './case.ts';
import { type Difference, diff } from './diff.ts';
import { observe } from './observe.ts';
import { envoyEngine, tsEngine } from './proxy.ts';

/** Runs a case on both engines; where they differ. */
export async function runCase(test: Case, oracle: string): Promise<Difference[]> {
  const [envoy, ts] = await Promise.all([observe(test, envoyEngine(oracle)), observe(test, tsEngine())]);
  return diff(envoy, ts);
}
