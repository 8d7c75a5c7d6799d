import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DocumentError } from '../../document/problem.ts';
import { LabError } from '../../error.ts';
import { fakeIo } from '../io.fake.ts';
import { age, took } from './duration.ts';
import { errorText } from './error-text.ts';
import { styleFor } from './style.ts';
import { table } from './table.ts';

const plain = styleFor(fakeIo().io.stdout, {});
const coloured = styleFor(fakeIo({ tty: true }).io.stdout, {});

describe('text for people', () => {
  it('aligns columns by what is seen, not by colours', () => {
    assert.equal(table(plain, ['A', 'NAME'], [['long one', 'x'], ['y']]), 'A         NAME\nlong one  x\ny\n');
    const rows = [
      [coloured.good('ok'), 'x'],
      ['longer', 'y'],
    ];
    const lines = table(coloured, ['A', 'B'], rows).split('\n');
    assert.equal(lines[1], `${coloured.good('ok')}      x`);
  });

  it('tells durations as people do', () => {
    assert.deepEqual([12.4, 840, 9_940, 75_000].map(took), ['12 ms', '0.8 s', '9.9 s', '75 s']);
    assert.deepEqual([-5, 59_000, 600_000, 9_000_000, 300_000_000].map(age), [
      '0s',
      '59s',
      '10m',
      '2h',
      '3d',
    ]);
  });
});

describe('errorText', () => {
  it('says what and what to do, without a stack', () => {
    const error = new LabError('usage', 'no lab is running', { hint: 'start one' });
    assert.equal(errorText(error, plain, false), 'error: no lab is running\nhint: start one\n');
  });

  it('lists every problem of a document', () => {
    const at = { file: 'a.yaml', line: 3, column: 5 };
    const problems = [
      { severity: 'error', at, path: 'nodes.web', message: 'is empty' },
      { severity: 'error', at, path: 'nodes.db', message: 'unknown key', hint: 'did you mean "x"?' },
    ] as const;
    assert.equal(
      errorText(new DocumentError('a.yaml is not valid', problems), plain, false),
      'error: a.yaml is not valid: 2 errors\n' +
        'a.yaml:3:5: nodes.web: is empty\na.yaml:3:5: nodes.db: unknown key (did you mean "x"?)\n',
    );
  });

  it('shows stacks and causes of ours when asked to, and of faults always', () => {
    const error = new LabError('runtime', 'broken', { cause: new Error('deep') });
    assert.match(errorText(error, plain, true), /text\.test\.ts[\s\S]*caused by: Error: deep/);
    assert.match(
      errorText(new TypeError('x is undefined'), plain, false),
      /a fault of envoy-lab itself\nTypeError: x is undefined\n {4}at /,
    );
  });
});
