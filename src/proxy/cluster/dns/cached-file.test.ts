import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { CachedFile } from './cached-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'cached-file-'));
after(() => rmSync(folder, { recursive: true }));

it('a file is parsed again when it has changed, and is empty when it is not there', () => {
  const path = join(folder, 'a');
  let parsed = 0;
  const file = new CachedFile(path, (text) => `${++parsed} ${text}`);
  assert.equal(file.read(), '1 ');
  writeFileSync(path, 'one');
  assert.deepEqual([file.read(), file.read()], ['2 one', '2 one']);
  writeFileSync(path, 'three');
  assert.equal(file.read(), '3 three');
  rmSync(path);
  assert.equal(file.read(), '4 ');
});

it('a file that is kept is looked at again after its time', () => {
  const path = join(folder, 'b');
  writeFileSync(path, 'one');
  let now = 5;
  const file = new CachedFile(path, (text) => text, { keepMs: 60_000, now: () => now });
  assert.equal(file.read(), 'one');
  writeFileSync(path, 'other');
  now += 59_999;
  assert.equal(file.read(), 'one');
  now += 1;
  assert.equal(file.read(), 'other');
});
