import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DocumentError, formatPath, formatProblem, type Problem } from './problem.ts';

const problem: Problem = {
  severity: 'error',
  at: { file: 'f.yaml', line: 3, column: 7 },
  path: 'a.b[0]',
  message: 'is wrong',
  hint: 'put it right',
};

it('writes a problem so that an editor can jump to it', () => {
  assert.equal(formatProblem(problem), 'f.yaml:3:7: a.b[0]: is wrong (put it right)');
  const bare: Problem = { severity: 'warning', path: '', message: 'is odd' };
  assert.equal(formatProblem(bare), 'warning: is odd');
});

it('writes a path as a user would say it', () => {
  assert.equal(formatPath(['a', 'b', 0, 'c-d', '@type', 'e.f']), 'a.b[0].c-d.@type["e.f"]');
  assert.equal(formatPath([]), '');
});

it('counts errors, not warnings', () => {
  const error = new DocumentError('f.yaml is wrong', [problem, { ...problem, severity: 'warning' }]);
  assert.match(error.message, /^f\.yaml is wrong: 1 error\n/);
  assert.equal(error.code, 'invalid');
});
