import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { LabError } from '../../error.ts';
import { readSources } from './sources.ts';

describe('manifest files', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'envoy-lab-sources-'));
  after(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(cwd, 'all', 'deeper'), { recursive: true });
  mkdirSync(join(cwd, 'none'));
  for (const name of ['b.yml', 'a.yaml', 'c.json', 'README.md', 'deeper/d.yaml']) {
    writeFileSync(join(cwd, 'all', name), name);
  }
  const read = (...words: string[]) => readSources(words, { cwd, stdin: async () => 'piped' });
  const refused = (words: string[], message: RegExp) =>
    assert.rejects(read(...words), (error: LabError) => {
      assert.equal(error.code, 'usage');
      assert.match(error.message, message);
      return true;
    });

  it('are read as they are named: files, directories, stdin', async () => {
    assert.deepEqual(await read('all/c.json', '-', 'all'), [
      { text: 'c.json', shown: 'all/c.json' },
      { text: 'piped', shown: 'stdin' },
      { text: 'a.yaml', shown: 'all/a.yaml' },
      { text: 'b.yml', shown: 'all/b.yml' },
      { text: 'c.json', shown: 'all/c.json' },
    ]);
  });

  it('have to be there', async () => {
    await refused(['no.yaml'], /^no such file: no\.yaml$/);
    await refused(['none'], /^none has no manifest in it$/);
    await refused(['-', '-'], /only once/);
    await refused(['https://example.com/x.yaml'], /not read over the network/);
  });
});
