import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requireOracle } from '../oracle.ts';
import { cases } from './cases/index.ts';
import { printDiff } from './diff.ts';
import { runCasePatiently } from './run.ts';

const oracle = requireOracle();

it('has a name of its own for every case', () => {
  const names = cases.map((test) => test.name);
  assert.deepEqual(names, [...new Set(names)]);
});

describe('our data plane answers as Envoy does', { concurrency: 2, skip: oracle.skip }, () => {
  for (const test of cases) {
    it(test.name, async () => {
      const differences = await runCasePatiently(test, oracle.path);
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
