import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { stateFolder } from './folder.ts';
import { type LabRecord, StateStore } from './store.ts';

const root = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(root, { recursive: true }));

const record = (lab: string): LabRecord => ({
  version: 1,
  lab,
  sandbox: 'front-proxy',
  folder: '/sandboxes/front-proxy',
  runtime: 'process',
  createdAt: 1,
  bootId: 'boot',
  certs: {},
});

describe('StateStore', () => {
  it('writes, lists and removes records', async () => {
    const store = new StateStore(
      stateFolder({ env: { XDG_STATE_HOME: join(root, 'a') }, temporary: root, uid: 1 }).path,
    );
    await store.write(record('two'));
    await store.write(record('one'));
    assert.deepEqual(
      store.list().map(({ lab }) => lab),
      ['one', 'two'],
    );
    assert.deepEqual(store.read('one'), record('one'));
    await store.remove('one');
    await store.remove('one');
    assert.equal(store.read('one'), undefined);
    assert.deepEqual(readdirSync(store.folder), ['two.json']);
  });

  it('passes over what it cannot read', async () => {
    const folder = mkdtempSync(join(root, 'b-'));
    const store = new StateStore(folder);
    await store.write(record('two'));
    writeFileSync(join(folder, 'broken.json'), '{');
    writeFileSync(join(folder, 'other.json'), '{"version":9,"lab":"other"}');
    assert.deepEqual(
      store.list().map(({ lab }) => lab),
      ['two'],
    );
    assert.deepEqual(new StateStore(join(root, 'nowhere')).list(), []);
  });

  it('says what to do when it cannot write', async () => {
    writeFileSync(join(root, 'file'), '');
    const store = new StateStore(join(root, 'file', 'nowhere'));
    await assert.rejects(store.write(record('x')), /cannot write the lab's state to .*nowhere/);
  });

  it('leaves no empty folder, and none of those who come and go at once minds', async () => {
    const store = new StateStore(join(root, 'tidy', 'envoy-lab'));
    const comeAndGo = async (lab: string): Promise<void> => {
      for (let round = 0; round < 20; round++) {
        await using _ = await store.lock(lab, { command: 'test', timeoutMs: 5000 });
        await store.write(record(lab));
        assert.deepEqual(store.read(lab), record(lab));
        await store.remove(lab);
      }
    };
    await Promise.all(['one', 'two', 'three', 'four'].map(comeAndGo));
    assert.deepEqual(readdirSync(join(root, 'tidy')), []);
    await store.write(record('kept'));
    await store.tidy();
    assert.deepEqual(readdirSync(store.folder), ['kept.json']);
  });
});

describe('stateFolder', () => {
  it('follows the XDG Base Directory Specification', () => {
    const xdg = stateFolder({
      env: { XDG_STATE_HOME: join(root, 'x'), HOME: root },
      temporary: root,
      uid: 1,
    });
    assert.deepEqual(xdg, { path: join(root, 'x', 'envoy-lab') });
    assert.equal(statSync(xdg.path).mode & 0o777, 0o700);
    const home = stateFolder({ env: { HOME: root }, temporary: root, uid: 1 });
    assert.deepEqual(home, { path: join(root, '.local', 'state', 'envoy-lab') });
  });

  it('falls back to the temporary directory, and says why', () => {
    writeFileSync(join(root, 'file'), '');
    const folder = stateFolder({ env: { HOME: join(root, 'file') }, temporary: root, uid: 7 });
    assert.equal(folder.path, join(root, 'envoy-lab-7'));
    assert.match(folder.fallback ?? '', /cannot be written \(ENOTDIR\)/);
    assert.match(
      stateFolder({ env: {}, temporary: root, uid: 7 }).fallback ?? '',
      /neither XDG_STATE_HOME nor HOME/,
    );
  });

  it('says what to do when nothing can be written', () => {
    const file = join(root, 'file');
    assert.throws(
      () => stateFolder({ env: { HOME: file }, temporary: file, uid: 7 }),
      /no folder to keep a lab's state in/,
    );
  });
});
