import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { readMultiplexed } from './multiplexed.ts';

const frame = (stream: number, bytes: Buffer | string) => {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(Buffer.byteLength(bytes), 4);
  return Buffer.concat([header, Buffer.from(bytes)]);
};
const read = async (bytes: Buffer, size = bytes.length) => {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  const found: string[] = [];
  for await (const { stream, bytes } of readMultiplexed(Readable.from(chunks)))
    found.push(`${stream} ${bytes}`);
  return found;
};

describe('what an engine multiplexes', () => {
  it('is taken apart, however it is cut', async () => {
    const bytes = Buffer.concat([frame(1, 'out'), frame(2, 'err'), frame(1, ''), frame(1, 'x'.repeat(5000))]);
    for (const size of [1, 3, 8, 11, 1000, bytes.length]) {
      const expected = ['stdout out', 'stderr err', 'stdout ', `stdout ${'x'.repeat(5000)}`];
      assert.deepEqual(await read(bytes, size), expected, `cut at ${size}`);
    }
  });

  it('is dropped where it is cut off, and passed on where it is no frame', async () => {
    assert.deepEqual(await read(Buffer.concat([frame(1, 'out'), frame(1, 'lost').subarray(0, 10)])), [
      'stdout out',
    ]);
    assert.deepEqual(await read(Buffer.concat([frame(2, 'err'), Buffer.from('OCI runtime exec failed')])), [
      'stderr err',
      'stdout OCI runtime exec failed',
    ]);
  });
});
