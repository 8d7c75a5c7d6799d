import type { Case } from './case.ts';
import { type Difference, diff } from './diff.ts';
import { observe } from './observe.ts';
import { envoyEngine, tsEngine } from './proxy.ts';

/**
 * Runs a case until both engines agree, three times at most; where they still differ. Cases hold timeouts of tenths of
 * a second, which a busy machine can overrun in either engine; a difference that is one of behaviour shows every time.
 */
export async function runCasePatiently(test: Case, oracle: string): Promise<Difference[]> {
  let differences = await runCase(test, oracle);
  for (let again = 0; again < 2 && differences.length > 0 && test.knownDifference === undefined; again++) {
    differences = await runCase(test, oracle);
  }
  return differences;
}

/** Runs a case on both engines, once; where they differ. */
export async function runCase(test: Case, oracle: string): Promise<Difference[]> {
  const [envoy, ts] = await Promise.all([observe(test, envoyEngine(oracle)), observe(test, tsEngine())]);
  return diff(envoy, ts);
}
