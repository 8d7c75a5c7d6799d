import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { replaceFile } from './replace-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(folder, { recursive: true }));

describe('a file that is replaced', () => {
  it('keeps its permissions and the link to it, and is another file', async () => {
    const file = join(folder, 'own.yaml');
    const link = join(folder, 'link.yaml');
    writeFileSync(file, 'before');
    chmodSync(file, 0o640);
    symlinkSync('own.yaml', link);
    const { ino } = statSync(file);
    await replaceFile(link, 'after');
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readFileSync(file, 'utf8'), 'after');
    assert.equal(statSync(file).mode & 0o777, 0o640);
    // Who holds the old one open reads it whole.
    assert.notEqual(statSync(file).ino, ino);
    assert.deepEqual(readdirSync(folder).sort(), ['link.yaml', 'own.yaml']);
  });

  it('may be missing yet', async () => {
    await replaceFile(join(folder, 'new.yaml'), 'new');
    assert.equal(readFileSync(join(folder, 'new.yaml'), 'utf8'), 'new');
  });

  it('leaves nothing beside it when it cannot take its place', async () => {
    await assert.rejects(replaceFile(join(folder, 'none', 'x.yaml'), 'x'), { code: 'ENOENT' });
    await assert.rejects(replaceFile(folder, 'x'), { code: 'EISDIR' });
  });

  const full = '/dev/full';
  const skip = existsSync(full) ? false : `only Linux has ${full}`;
  it('is written to where it is a device', { skip }, async () => {
    await assert.rejects(replaceFile(full, 'x'), { code: 'ENOSPC' });
    assert.ok(statSync(full).isCharacterDevice());
  });
});
