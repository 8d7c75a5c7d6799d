import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpreadExpectation } from '../sandbox/check.ts';
import type { Answer } from './answer.ts';
import { curlResult } from './fixture.ts';
import { checkSpread } from './spread.ts';

const from = (...hosts: readonly string[]): Answer[] =>
  hosts.map((host) => ({
    kind: 'curl',
    result: curlResult({ body: `{"host":"${host}"}`, headers: new Map([['x-host', [host]]]) }),
  }));
const regex = { kind: 'regex', source: 'host":"(\\w+)', flags: '' } as const;
const spread = (parts: Partial<SpreadExpectation>): SpreadExpectation => ({
  by: regex,
  distinct: undefined,
  each: undefined,
  tolerance: 0,
  ...parts,
});
const told = (expectation: SpreadExpectation, answers: readonly Answer[]): string[] =>
  checkSpread(expectation, answers).map(({ expected, actual }) => `${expected} | ${actual}`);

test('an even spread', () => {
  const even = spread({ distinct: { op: '==', value: 3 }, each: 2 });
  assert.deepEqual(told(even, from('a', 'b', 'c', 'a', 'b', 'c')), []);
  assert.deepEqual(told(even, from('a', 'b', 'c', 'a', 'b', 'a')), ['2 each | a 3, b 2, c 1']);
  assert.deepEqual(told(even, from('a', 'b', 'a', 'b')), ['3 different | 2: a 2, b 2']);
});

test('a tolerance', () => {
  const roughly = spread({ each: 3, tolerance: 1 });
  assert.deepEqual(told(roughly, from('a', 'a', 'a', 'a', 'b', 'b')), []);
  assert.deepEqual(told(roughly, from('a', 'a', 'a', 'a', 'a', 'b', 'b')), [
    '3 each, 1 more or less | a 5, b 2',
  ]);
});

test('who answered is told by the body, a header or JSON', () => {
  for (const by of [
    regex,
    { kind: 'header', name: 'x-host' },
    { kind: 'json', path: ['host'], text: 'host' },
  ] as const) {
    assert.deepEqual(told(spread({ by, distinct: { op: '>=', value: 2 }, each: 1 }), from('a', 'b')), []);
  }
});

test('answers that do not tell are counted', () => {
  const answers = [...from('a', 'a'), { kind: 'curl', result: curlResult({ body: 'no' }) } as const];
  assert.deepEqual(told(spread({ each: 2 }), answers), [
    'every answer has /host":"(\\w+)/ | 1 of 3 have not',
  ]);
  assert.deepEqual(told(spread({ by: { kind: 'json', path: ['host'], text: 'host' }, each: 2 }), answers), [
    'every answer has json host | 1 of 3 have not',
  ]);
});

test('commands spread by what they print', () => {
  const answers: Answer[] = ['a', 'b'].map((host) => ({
    kind: 'exec',
    result: { exitCode: 0, stdout: `host":"${host}`, stderr: '', timeMs: 1 },
  }));
  assert.deepEqual(told(spread({ each: 1 }), answers), []);
});
