import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ownIdentity } from '../process/identity.ts';
import { takeLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
const lockPath = () => join(folder, `${count++}.lock`);
const take = (path: string, rest: { timeoutMs?: number; describe?: (holder: string) => void } = {}) =>
  takeLock(path, { command: 'up demo', timeoutMs: 5000, ...rest });

describe('takeLock', () => {
  it('lets one in at a time, in no more than a moment after the other', async () => {
    const path = lockPath();
    let inside = 0;
    let most = 0;
    const work = async () => {
      await using _lock = await take(path);
      inside++;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all([work(), work(), work(), work(), work()]);
    assert.equal(most, 1);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith(basename(path))),
      [],
    );
  });

  it('says who it waits for', async () => {
    const path = lockPath();
    const held = await take(path);
    const told: string[] = [];
    const second = take(path, {
      describe: (holder) => {
        told.push(holder);
        void held[Symbol.asyncDispose]();
      },
    });
    await (await second)[Symbol.asyncDispose]();
    assert.match(told.join(), new RegExp(`^"up demo" \\(pid ${process.pid}, since \\d\\d:\\d\\d:\\d\\d\\)$`));
  });

  it('gives up when the time is over, naming the holder', async () => {
    const path = lockPath();
    await using _held = await take(path);
    await assert.rejects(take(path, { timeoutMs: 0 }), /another command still works on this lab: "up demo"/);
  });

  it('ends at Ctrl-C', async () => {
    const path = lockPath();
    await using _held = await take(path);
    const abort = new AbortController();
    const waiting = takeLock(path, { command: 'down', timeoutMs: 5000, signal: abort.signal });
    abort.abort();
    await assert.rejects(waiting, /interrupted while waiting/);
  });

  const stale: Readonly<Record<string, object>> = {
    'a process that is gone': { ...ownIdentity(), pid: goneProcess() },
    'an earlier process of the same number': { ...ownIdentity(), startTime: '1' },
    'a time before the last boot': { ...ownIdentity(), bootId: 'another' },
  };
  for (const [what, holder] of Object.entries(stale)) {
    it(`takes over from ${what}`, async () => {
      const path = lockPath();
      writeFileSync(path, JSON.stringify({ ...holder, command: 'up', since: 0 }));
      await using _lock = await take(path);
      assert.match(readFileSync(path, 'utf8'), /"up demo"/);
    });
  }

  it('takes over from a file that says nothing', async () => {
    const path = lockPath();
    writeFileSync(path, '');
    await using _lock = await take(path);
    assert.match(readFileSync(path, 'utf8'), /"up demo"/);
  });

  it('says when it cannot write', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(take(join(folder, 'file', 'such', 'lock')), /cannot write the lab's state/);
  });
});

/** Number of a process that has ended. */
function goneProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
