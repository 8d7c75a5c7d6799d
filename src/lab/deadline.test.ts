import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LabError } from '../error.ts';
import { within } from './deadline.ts';

const late = (cause: unknown) => new LabError('runtime', 'too late', { cause });
const never = new AbortController().signal;
/** Work that only its signal ends. */
const endless = async (limit: AbortSignal) => {
  await once(limit, 'abort');
  limit.throwIfAborted();
};

describe('a deadline', () => {
  it('leaves what ends in time alone', async () => {
    assert.equal(await within(60_000, never, async () => 1, late), 1);
    const own = new Error('own');
    await assert.rejects(
      within(60_000, never, () => Promise.reject(own), late),
      (error) => error === own,
    );
  });

  it('ends what does not, garbage collected or not', async () => {
    setFlagsFromString('--expose_gc');
    const collect = runInNewContext('gc') as () => void;
    const ended = within(100, never, endless, late);
    collect();
    await assert.rejects(ended, { message: 'too late', code: 'runtime' });
  });

  it('is not what ended it when the signal was first', async () => {
    const abort = new AbortController();
    const ended = within(60_000, abort.signal, endless, late);
    abort.abort(new Error('enough'));
    await assert.rejects(ended, { message: 'enough' });
  });
});
