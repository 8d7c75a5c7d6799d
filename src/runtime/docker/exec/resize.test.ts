import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type Docker from 'dockerode';
import { resizer, type TerminalSize } from './resize.ts';

const small = { w: 80, h: 24 };
const large = { w: 120, h: 40 };

/** An engine that answers with these statuses, then with 200, and what it was told. */
function engine(...statuses: number[]) {
  const told: TerminalSize[] = [];
  let heard: () => void = () => {};
  const exec: Pick<Docker.Exec, 'resize'> = {
    resize: async (size: TerminalSize) => {
      told.push(size);
      heard();
      const statusCode = statuses.shift() ?? 200;
      if (statusCode !== 200) throw Object.assign(new Error('no'), { statusCode });
    },
  };
  const until = async (count: number) => {
    while (told.length < count) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
    // What would come next has begun by then.
    await new Promise(setImmediate);
    return told;
  };
  return { exec, told, until };
}

describe('the size of a terminal', () => {
  it('is told again while the engine refuses it', async () => {
    const { exec, until } = engine(409, 500);
    resizer(exec, () => false)(small);
    assert.deepEqual(await until(3), [small, small, small]);
  });

  it('is told once to an engine whose success is 201', async () => {
    const { exec, until } = engine(201);
    const resize = resizer(exec, () => false);
    resize(small);
    await until(1);
    resize(small);
    resize(large);
    assert.deepEqual(await until(2), [small, large]);
  });

  it('gives way to a newer one, though it was refused', async () => {
    const { exec, until } = engine(409);
    const resize = resizer(exec, () => false);
    resize(small);
    resize(large);
    assert.deepEqual(await until(2), [small, large]);
  });

  it('is not told when the command has ended', async () => {
    const { exec, told } = engine();
    resizer(exec, () => true)(small);
    await new Promise(setImmediate);
    assert.deepEqual(told, []);
  });
});
