import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { LabError } from '../../error.ts';
import { writeExported } from './write.ts';

describe('what is exported', () => {
  const root = mkdtempSync(join(tmpdir(), 'envoy-lab-write-'));
  after(() => rmSync(root, { recursive: true }));
  const exported = {
    main: { path: 'main.yaml', content: 'main' },
    beside: [{ path: 'a/b', content: 'beside' }],
    notes: [],
  };

  it('is written with the folders it needs, over what was there', async () => {
    assert.equal(await writeExported(exported, 'new/deep/', root), 'new/deep/main.yaml');
    assert.equal(readFileSync(join(root, 'new/deep/a/b'), 'utf8'), 'beside');
    writeFileSync(join(root, 'new/deep/main.yaml'), 'old and longer');
    await writeExported(exported, 'new/deep', root);
    assert.equal(readFileSync(join(root, 'new/deep/main.yaml'), 'utf8'), 'main');
  });

  for (const [where, path] of [
    ['below a file', () => join(root, 'file', 'x.yaml')],
    ['where nobody can make a folder', () => '/proc/none/deep/x.yaml'],
  ] as const) {
    it(`is refused ${where}`, async () => {
      writeFileSync(join(root, 'file'), '');
      await assert.rejects(
        writeExported(exported, path(), root),
        (error: LabError) => error.code === 'runtime' && /^cannot write .*x\.yaml: /.test(error.message),
      );
    });
  }
});
