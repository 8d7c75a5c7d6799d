import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Fifo } from './fifo.ts';

it('what came first leaves first, however many wait', () => {
  const fifo = new Fifo<number>();
  const left: number[] = [];
  let next = 0;
  for (let turn = 0; turn < 50; turn++) {
    for (let i = 0; i < 10; i++) fifo.push(next++);
    for (let i = 0; i < 7; i++) left.push(fifo.shift()!);
  }
  assert.equal(fifo.length, 150);
  assert.equal(fifo.first, 350);
  left.push(...fifo.takeAll());
  assert.deepEqual(
    left,
    Array.from({ length: 500 }, (_, i) => i),
  );
  assert.deepEqual([fifo.length, fifo.first, fifo.shift()], [0, undefined, undefined]);
});
