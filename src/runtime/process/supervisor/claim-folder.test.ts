import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { labFolder, readRecord } from '../state-folder.ts';
import { sweepFolder } from '../sweep.ts';
import { claimFolder } from './claim-folder.ts';
import type { SupervisorConfig } from './config.ts';

describe('claimFolder', () => {
  let stateDir: string;
  const config = (lab: string): SupervisorConfig => ({
    stateDir,
    identity: { lab, sandbox: 's', folder: '/f', owner: '0', networks: [] },
    mode: 'namespaces',
    path: '',
    visible: [],
  });
  /** A lab whose supervisor has died. */
  const plantDead = (lab: string) => {
    const folder = claimFolder(config(lab), 1);
    const record = readRecord(folder)!;
    const process_ = { ...record.process, startTime: '1' };
    writeFileSync(join(folder, 'supervisor.json'), JSON.stringify({ ...record, process: process_ }));
    return folder;
  };

  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'envoy-lab-test-claim-'));
  });
  afterEach(() => {
    chmodSync(stateDir, 0o700);
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('makes a folder only its owner may enter, with a record of this process', () => {
    const folder = claimFolder(config('demo'), 42);
    assert.equal(folder, labFolder(stateDir, 'demo'));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    const { process: recorded, createdAt, identity } = readRecord(folder)!;
    assert.deepEqual([recorded.pid, createdAt, identity.lab], [process.pid, 42, 'demo']);
    assert.deepEqual(readdirSync(join(stateDir, 'process')), ['demo']);
  });

  it('does not take the folder of a live lab', () => {
    claimFolder(config('demo'), 1);
    assert.throws(() => claimFolder(config('demo'), 2), { code: 'runtime', message: /demo runs already/ });
    assert.equal(readRecord(labFolder(stateDir, 'demo'))!.createdAt, 1);
    assert.deepEqual(readdirSync(join(stateDir, 'process')), ['demo']);
  });

  it('takes the folder of a dead one', () => {
    plantDead('demo');
    assert.equal(readRecord(claimFolder(config('demo'), 2))!.createdAt, 2);
  });

  it('says what to do when the folder cannot be written', () => {
    writeFileSync(join(stateDir, 'process'), 'a file in the way');
    assert.throws(() => claimFolder(config('demo'), 1), { code: 'runtime', hint: /XDG_STATE_HOME/ });
  });

  it('takes no name that leads elsewhere', () => {
    for (const name of ['', '..', 'a/b', '.hidden']) {
      assert.throws(() => claimFolder(config(name), 1), { code: 'usage' }, name);
    }
  });

  describe('sweepFolder', () => {
    it('removes what a dead supervisor left, and nothing of a live one', async () => {
      const live = claimFolder(config('live'), 1);
      const dead = plantDead('dead');
      assert.equal(await sweepFolder(live), false);
      assert.equal(await sweepFolder(dead), true);
      assert.deepEqual(readdirSync(join(stateDir, 'process')), ['live']);
    });

    it('removes drafts of dead processes and folders without a record', async () => {
      const drafts = join(stateDir, 'process');
      claimFolder(config('live'), 1);
      const { process: own } = readRecord(labFolder(stateDir, 'live'))!;
      const names = [`.${own.pid}-${own.startTime}`, `.${own.pid}-1`, '.999999999-1', 'broken'];
      for (const name of names) mkdirSync(join(drafts, name));
      const removed = [];
      for (const name of names) removed.push(await sweepFolder(join(drafts, name)));
      assert.deepEqual(removed, [false, true, true, true]);
    });
  });
});
