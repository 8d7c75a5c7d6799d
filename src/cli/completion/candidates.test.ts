import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fakeIo } from '../io.fake.ts';
import { main } from '../main.ts';
import { completionScript, shells } from './script.ts';

const root = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(root, { recursive: true }));

async function complete(...words: readonly string[]): Promise<string[]> {
  const { io, out } = fakeIo({ env: { XDG_STATE_HOME: root } });
  assert.equal(await main(['__complete', '--', ...words], io), 0);
  return out()
    .split('\n')
    .filter((word) => word !== '');
}

describe('completion', () => {
  it('knows the commands', async () => {
    assert.deepEqual(await complete('un'), ['unpause']);
    assert.ok((await complete('')).includes('up'));
    assert.ok(!(await complete('')).some((word) => word.startsWith('__')));
  });

  it('knows the options of a command', async () => {
    assert.deepEqual(await complete('up', '--e'), ['--engine']);
    assert.deepEqual(await complete('ps', '--'), ['--lab', '--json']);
  });

  it('knows what may stand behind an option', async () => {
    assert.deepEqual(await complete('up', 'front-proxy', '--engine', ''), ['ts', 'envoy']);
    assert.ok((await complete('up', '--runtime', '')).includes('process'));
    assert.deepEqual(await complete('graph', '--format', 'm'), ['mermaid']);
    assert.deepEqual(await complete('check', '--reporter', 'j'), ['junit', 'json']);
  });

  it('knows the sandboxes', async () => {
    assert.deepEqual(await complete('up', 'front'), ['front-proxy']);
    assert.deepEqual(await complete('up', '--keep', 'front'), ['front-proxy']);
    assert.deepEqual(await complete('up', '--timeout', '5s', 'front'), ['front-proxy']);
    assert.deepEqual(await complete('completion', ''), shells);
  });

  it('says nothing, and fails not, where it knows nothing', async () => {
    assert.deepEqual(await complete('stop', ''), []);
    assert.deepEqual(await complete('nosuch', ''), []);
    assert.deepEqual(await complete('curl', 'htt'), []);
    assert.deepEqual(await complete('exec', 'web', 'l'), []);
  });

  it('has a script for each shell', () => {
    assert.deepEqual(shells, ['bash', 'zsh', 'fish']);
    for (const shell of shells) assert.match(completionScript(shell), /__complete --/);
  });
});
