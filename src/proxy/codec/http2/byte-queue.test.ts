import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteQueue } from './byte-queue.ts';

describe('ByteQueue', () => {
  it('gives bytes in the order they came, whatever their pieces', () => {
    const queue = new ByteQueue();
    const all: Buffer[] = [];
    const taken: Buffer[] = [];
    for (let i = 0; i < 400; i++) {
      const piece = Buffer.alloc((i * 37) % 9000, i);
      all.push(piece);
      queue.push(piece);
      if (i % 3 === 0) taken.push(Buffer.from(queue.take((i * 61) % 5000)));
    }
    assert.equal(queue.size + Buffer.concat(taken).length, Buffer.concat(all).length);
    while (queue.size > 0) taken.push(Buffer.from(queue.take(7000)));
    assert.deepEqual(Buffer.concat(taken), Buffer.concat(all));
  });

  it('keeps small pieces together', () => {
    const queue = new ByteQueue();
    for (let i = 0; i < 100_000; i++) queue.push(Buffer.from('a'));
    let pieces = 0;
    while (queue.size > 0) {
      queue.take(16_384);
      pieces++;
    }
    assert.ok(pieces <= 12, `${pieces} pieces`);
  });

  it('leaves alone what it has given away', () => {
    const queue = new ByteQueue();
    queue.push(Buffer.from('one'));
    const first = queue.take(2);
    queue.push(Buffer.from('two'));
    const second = queue.take(100);
    queue.push(Buffer.from('three'));
    const third = queue.takeAll();
    queue.push(Buffer.from('four'));
    assert.deepEqual([first, second, third].map(String), ['on', 'e', 'twothree']);
  });

  it('has nothing to give when it is empty', () => {
    const queue = new ByteQueue();
    queue.push(Buffer.alloc(0));
    assert.equal(queue.take(10).length, 0);
    assert.equal(queue.takeAll().length, 0);
  });
});
