import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { type TarEntry, tarStream } from '../images/tar.ts';
import { firstEntry } from './first-file.ts';

const archive = async (entries: readonly TarEntry[]) => {
  const parts: Buffer[] = [];
  for await (const part of tarStream(entries)) parts.push(part);
  return Buffer.concat(parts);
};
const cut = (bytes: Buffer, size: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
    { objectMode: false },
  );

describe('the first entry of an archive', () => {
  const content = Buffer.from('a\0b'.repeat(700));

  it('is a file, however its bytes are cut', async () => {
    const bytes = await archive([
      { path: `${'long/'.repeat(40)}ü`, kind: 'file', mode: 0o644, from: { content } },
      { path: 'other', kind: 'file', mode: 0o644, from: { content: Buffer.from('other') } },
    ]);
    for (const size of [1, 7, 512, 1000, bytes.length]) {
      const found = await firstEntry(cut(bytes, size));
      assert.ok(found?.kind === 'file' && found.content.equals(content), `cut at ${size}`);
    }
  });

  it('may be empty, a directory, a link', async () => {
    const first = async (entry: TarEntry) => firstEntry(cut(await archive([entry]), 512));
    assert.deepEqual(await first({ path: 'x', kind: 'file', mode: 0, from: { content: Buffer.alloc(0) } }), {
      kind: 'file',
      content: Buffer.alloc(0),
    });
    assert.deepEqual(await first({ path: 'x', kind: 'directory', mode: 0o755 }), { kind: 'directory' });
    assert.deepEqual(await first({ path: 'x', kind: 'link', target: 'y' }), { kind: 'link' });
  });

  it('is not there in an archive that is empty or cut off', async () => {
    assert.equal(await firstEntry(cut(await archive([]), 512)), undefined);
    const bytes = await archive([{ path: 'x', kind: 'file', mode: 0o644, from: { content } }]);
    for (const length of [0, 100, 600])
      assert.equal(await firstEntry(cut(bytes.subarray(0, length), 512)), undefined);
  });
});
