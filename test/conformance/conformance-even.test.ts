import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cases } from './cases/index.ts';
import { compareWithEnvoy } from './suite.ts';

it('has a name of its own for every case', () => {
  const names = cases.map((test) => test.name);
  assert.deepEqual(names, [...new Set(names)]);
});

// Half of the cases: two files take two processes.
compareWithEnvoy(cases.filter((_, at) => at % 2 === 0));
