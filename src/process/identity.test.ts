import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { bootId, hasEnded, identify, isAlive, killProcess, ownIdentity } from './identity.ts';

describe('process identity', () => {
  it('knows this process', () => {
    const own = identify(process.pid)!;
    assert.equal(own.pid, process.pid);
    assert.ok(isAlive(own));
    assert.deepEqual(ownIdentity(), own);
    assert.equal(own.bootId, bootId());
  });

  it('knows that a process is gone', () => {
    assert.equal(identify(spawnSync(process.execPath, ['--version']).pid), undefined);
  });

  it('is not fooled by another process of that number, or an earlier boot', () => {
    const own = identify(process.pid)!;
    assert.equal(isAlive({ ...own, startTime: '1' }), false);
    assert.equal(isAlive({ ...own, bootId: 'another' }), false);
    assert.equal(identify(0x3fffffff), undefined);
  });

  it('kills that process and no other', async () => {
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
    const identity = identify(child.pid!)!;
    killProcess({ ...identity, startTime: '1' });
    assert.ok(isAlive(identity));
    const exited = once(child, 'exit');
    killProcess(identity);
    assert.equal(await hasEnded(identity, 5000), true);
    await exited;
    killProcess(identity);
  });

  it('says that a process goes on', async () => {
    assert.equal(await hasEnded(identify(process.pid)!, 0), false);
  });
});
