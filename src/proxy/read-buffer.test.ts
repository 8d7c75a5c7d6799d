import assert from 'node:assert/strict';
import { it } from 'node:test';
import { passedOn, ReadBuffer } from './read-buffer.ts';

const full = 64 * 1024;

/** Reads as a socket does: into the buffer it was given last. */
function socket(deliver: (data: Buffer) => void) {
  const { onread } = new ReadBuffer(deliver);
  const next = onread.buffer as () => Uint8Array;
  let buffer = next();
  return {
    read(byte: number, bytes: number): Uint8Array {
      const into = buffer;
      into.fill(byte, 0, bytes);
      assert.equal(onread.callback(bytes, into), true);
      buffer = next();
      return into;
    },
  };
}

const holds = (data: Buffer, byte: number) => data.every((one) => one === byte);

it('what was read stays as it is, whatever is read later, by this connection or another', () => {
  const kept: Buffer[] = [];
  const one = socket((data) => kept.push(data));
  const two = socket((data) => kept.push(data));
  const sizes = [10, full, 10, full, full, 20_000, 17_000, 5, full];
  sizes.forEach((bytes, i) => {
    one.read(2 * i, bytes);
    two.read(2 * i + 1, bytes);
  });
  assert.deepEqual(
    kept.map((data) => data.length),
    sizes.flatMap((bytes) => [bytes, bytes]),
  );
  kept.forEach((data, i) => {
    assert.ok(holds(data, i), `read ${i}`);
  });
});

it('memory is used again when all of a read was passed on within the call, and not when a part was', () => {
  let passes = (data: Buffer) => passedOn(data);
  const one = socket((data) => passes(data));
  one.read(1, full);
  const memory = one.read(2, full);
  assert.equal(one.read(3, full), memory);
  passes = (data) => passedOn(data.subarray(0, full - 1));
  assert.equal(one.read(4, full), memory);
  assert.notEqual(one.read(5, full), memory);
});

it('data that is passed on after the call does not give back what is read then', () => {
  let kept: Buffer | undefined;
  const one = socket((data) => {
    if (kept !== undefined) passedOn(kept);
    kept = data;
  });
  one.read(1, full);
  one.read(2, full);
  one.read(3, full);
  const third = kept!;
  one.read(4, full);
  assert.ok(holds(third, 3));
});

it('a connection that reads little again gives its own memory back', () => {
  const one = socket(passedOn);
  const first = one.read(1, 10);
  one.read(1, full);
  assert.notEqual(one.read(1, 10), first);
  for (let i = 0; i < 20; i++) one.read(1, 10);
  assert.equal(one.read(1, 10), first);
});
