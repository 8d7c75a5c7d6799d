import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabError } from '../error.ts';
import { chooseChecks } from './choose-checks.ts';

const checks = ['service 1 answers', 'service 2 answers', 'three replicas', 'three'].map((name) => ({
  name,
}));
const chosen = (...names: string[]) => chooseChecks(checks, names).map(({ name }) => name);

describe('chooseChecks', () => {
  it('takes all without a name', () => assert.equal(chosen().length, 4));

  it('takes just the check of that name, also when another contains it', () =>
    assert.deepEqual(chosen('three'), ['three']));

  it('takes those whose name contains the words in any case, in order and each once', () => {
    assert.deepEqual(chosen('Answers', 'SERVICE 1'), ['service 1 answers', 'service 2 answers']);
  });

  it('says what there is when nothing is meant', () => {
    for (const name of ['nope', ''])
      assert.throws(
        () => chosen(name),
        (error: LabError) => {
          assert.ok(error instanceof LabError && error.code === 'usage');
          assert.match(error.message, new RegExp(`no check "${name}"`));
          assert.match(error.hint!, /^its checks:\n {2}service 1 answers\n/);
          return true;
        },
      );
    assert.throws(() => chosen('sevrice 1 answers'), { hint: 'did you mean "service 1 answers"?' });
  });
});
