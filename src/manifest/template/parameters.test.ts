import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { LabError } from '../../error.ts';
import { readParameters } from './parameters.ts';

const file = (text: string, shown = 'p.env') => ({ text, shown });

it('parameters come from files, and from words that win', () => {
  const text =
    `# comment\n\nA=1\r\nexport B = no\n`.replace('B = no', 'B=two words # why') +
    `C="a \\"b\\"\\n" # x\nD='x # \\n'\nE=\nF=a=b#c\n`;
  assert.deepEqual(
    [...readParameters(['A=3', 'A=4', 'G='], [file(text), file('F=later')])],
    [
      ['A', '4'],
      ['B', 'two words'],
      ['C', 'a "b"\n'],
      ['D', 'x # \\n'],
      ['E', ''],
      ['F', 'later'],
      ['G', ''],
    ],
  );
  assert.equal(readParameters([], [file('F=a=b#c')]).get('F'), 'a=b#c');
});

it('what is no parameter is refused with its place', () => {
  assert.throws(
    () => readParameters([], [file('A=1\nnothing')]),
    (error: LabError) => error.code === 'usage' && error.message === 'p.env:2: not a line NAME=VALUE',
  );
  assert.throws(
    () => readParameters(['nothing'], []),
    (error: LabError) => error.code === 'usage' && error.message === '"nothing" is not NAME=VALUE',
  );
});
