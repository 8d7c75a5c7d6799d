import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabError } from '../error.ts';
import { interruptible } from './interrupt.ts';

describe('a call that a signal may end', () => {
  it('gives its result, and its own failure', async () => {
    assert.equal(await interruptible(undefined, async () => 1), 1);
    const failure = new LabError('runtime', 'no');
    await assert.rejects(
      interruptible(new AbortController().signal, async () => Promise.reject(failure)),
      (error) => error === failure,
    );
  });

  it('is not begun once its signal has aborted', async () => {
    const reason = new Error('too late');
    let begun = false;
    await assert.rejects(
      interruptible(AbortSignal.abort(reason), async () => {
        begun = true;
      }),
      { code: 'interrupted', message: 'interrupted: too late', cause: reason },
    );
    assert.equal(begun, false);
  });

  it('says interrupted whatever the abort made of it', async () => {
    const abort = new AbortController();
    const cutOff = interruptible(abort.signal, async () => {
      abort.abort('enough');
      throw new Error('socket hang up');
    });
    await assert.rejects(cutOff, { code: 'interrupted', message: 'interrupted: enough' });
  });

  it('keeps the sentence of a call that says itself what was interrupted', async () => {
    const abort = new AbortController();
    const told = interruptible(abort.signal, async () => {
      abort.abort();
      throw new LabError('interrupted', 'interrupted in check "a"');
    });
    await assert.rejects(told, { message: 'interrupted in check "a"' });
  });
});
