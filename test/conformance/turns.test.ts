import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Turns } from './turns.ts';

it('runs tasks side by side, and one that takes all places alone', async () => {
  const turns = new Turns(2);
  const log: string[] = [];
  const task = (name: string) => async () => {
    log.push(`${name}+`);
    await setImmediate();
    await setImmediate();
    log.push(`${name}-`);
  };
  await Promise.all([
    turns.take(1, task('a')),
    turns.take(1, task('b')),
    turns.take(2, task('alone')),
    turns.take(1, task('c')),
  ]);
  assert.deepEqual(log, ['a+', 'b+', 'a-', 'b-', 'alone+', 'alone-', 'c+', 'c-']);
});

it('gives the places of a task that fails back', async () => {
  const turns = new Turns(1);
  await assert.rejects(
    turns.take(1, () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  assert.equal(await turns.take(1, async () => 1), 1);
});
