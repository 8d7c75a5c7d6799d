import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { it } from 'node:test';
import { ReadSwitch } from './read-switch.ts';

/** What a switch tells, and does to its socket, in order. */
function record() {
  const told: string[] = [];
  const socket = { pause: () => told.push('pause'), resume: () => told.push('resume') };
  const reads: ReadSwitch = new ReadSwitch(socket as unknown as Socket, {
    onData: (data) => {
      told.push(data.toString('latin1', 0, 5));
      if (data[0] === 0x21) reads.set(false);
    },
    onEnd: () => told.push('end'),
  });
  const send = (...texts: string[]) => {
    for (const text of texts) reads.onData(Buffer.from(text));
  };
  return { told, reads, send };
}
const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));

it('delivers what came while it was off, in order, once the caller is done', async () => {
  const { told, reads, send } = record();
  send('one');
  reads.set(false);
  send('two', 'three');
  assert.deepEqual(told, ['one']);
  reads.set(true);
  send('four');
  assert.deepEqual(told, ['one']);
  await tick();
  assert.deepEqual(told, ['one', 'two', 'three', 'four']);
  send('five');
  assert.equal(told.at(-1), 'five');
});

it('stops the socket when much waits, and lets it go on when nothing does', async () => {
  const { told, reads, send } = record();
  reads.set(false);
  send('a'.repeat(16_000));
  assert.deepEqual(told, []);
  send('b'.repeat(500));
  assert.deepEqual(told, ['pause']);
  reads.set(true);
  await tick();
  assert.deepEqual(told, ['pause', 'aaaaa', 'bbbbb', 'resume']);
});

it('tells the end behind what waits, and at once when nothing does', async () => {
  const { told, reads, send } = record();
  reads.set(false);
  send('last');
  reads.onEnd();
  assert.deepEqual(told, []);
  reads.set(true);
  await tick();
  assert.deepEqual(told, ['last', 'end']);

  const idle = record();
  idle.reads.set(false);
  idle.reads.onEnd();
  assert.deepEqual(idle.told, ['end']);
});

it('stops again where its receiver says so', async () => {
  const { told, reads, send } = record();
  reads.set(false);
  send('!one', 'two');
  reads.set(true);
  await tick();
  assert.deepEqual(told, ['!one']);
  reads.set(true);
  await tick();
  assert.deepEqual(told, ['!one', 'two']);
});

it('tells of the end and of what broke the socket only while it is on, where that is held', async () => {
  const told: string[] = [];
  const reads = new ReadSwitch({ pause: () => {}, resume: () => {} } as unknown as Socket, {
    onData: (data) => told.push(data.toString()),
    onEnd: () => told.push('end'),
    onGone: () => told.push('gone'),
  });
  assert.equal(reads.holdGone(), false);
  reads.holdsEnd = true;
  reads.set(false);
  reads.onData(Buffer.from('last'));
  reads.onEnd();
  assert.equal(reads.holdGone(), true);
  assert.equal(reads.unread, true);
  assert.deepEqual(told, []);
  reads.set(true);
  await tick();
  assert.deepEqual(told, ['last', 'end', 'gone']);
  assert.equal(reads.unread, false);
});
