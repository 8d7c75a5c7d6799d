import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requireOracle } from '../oracle.ts';
import type { Case } from './case.ts';
import { printDiff } from './diff.ts';
import { runCasePatiently } from './run.ts';
import { Turns } from './turns.ts';

/** Tests that both data planes do the same in each case, some at a time: mostly they wait, for programs and timeouts. */
export function compareWithEnvoy(cases: readonly Case[]): void {
  const oracle = requireOracle();
  const turns = new Turns(3);
  describe('our data plane answers as Envoy does', { concurrency: turns.places, skip: oracle.skip }, () => {
    for (const test of cases) {
      it(test.name, async () => {
        const differences = await runCasePatiently(test, oracle.path, turns);
        if (test.knownDifference === undefined) assert.equal(printDiff(differences), '');
        else
          assert.notEqual(
            differences.length,
            0,
            `no difference any more: drop knownDifference of ${test.name}`,
          );
      });
    }
  });
}
