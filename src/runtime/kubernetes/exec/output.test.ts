import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Output } from './output.ts';

const chunk = Buffer.alloc(70_000);

describe('what a command writes', () => {
  it('waits for who reads it, and leaves no listener of a wait that is over', async () => {
    const output = new Output();
    const events = ['drain', 'close', 'error'];
    const before = events.map((event) => output.stream.listenerCount(event));
    for (let round = 0; round < 20; round++) {
      const pushed = output.push(chunk);
      assert.equal(output.stream.read().length, chunk.length);
      await pushed;
    }
    assert.deepEqual(
      events.map((event) => output.stream.listenerCount(event)),
      before,
    );
  });

  it('keeps nobody waiting that is let go of, and drops what comes then', async () => {
    const output = new Output();
    const pushed = output.push(chunk);
    output.release();
    await pushed;
    await output.push(chunk);
  });
});
