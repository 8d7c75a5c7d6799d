import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Guard } from './guard.ts';
import { killMarked, markedProcesses } from './marked-processes.ts';

const path = process.env.PATH ?? '';
const linux = process.platform === 'linux' ? false : 'processes are found by /proc';
let count = 0;
const newMark = () => `test-${process.pid}-${count++}`;
const marked = (mark: string, argv: readonly string[]) =>
  spawn(argv[0]!, argv.slice(1), {
    env: { PATH: path, ENVOY_LAB_MARK: `${mark}/web-1/app` },
    stdio: 'ignore',
    detached: true,
  });

async function eventually(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'it does not come true');
    await delay(5);
  }
}

describe('marked processes', { skip: linux }, () => {
  it('are found by lab, node and container, orphans too', async () => {
    const mark = newMark();
    const child = marked(mark, ['sh', '-c', '(setsid sleep 1000 &); sleep 1000']);
    await eventually(() => markedProcesses(mark).length === 3);
    assert.equal(markedProcesses(`${mark}/web-1`).length, 3);
    assert.equal(markedProcesses(`${mark}/web-1/app`).length, 3);
    assert.deepEqual(markedProcesses(`${mark}/web`), []);
    assert.deepEqual(markedProcesses(`${mark}/web-1/ap`), []);
    const ended = once(child, 'exit');
    killMarked(mark);
    await ended;
    assert.deepEqual(markedProcesses(mark), []);
  });
});

describe('the guard', { skip: linux }, () => {
  it('kills all of the lab and removes its folder when its supervisor lets go', async () => {
    const mark = newMark();
    const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-guard-'));
    writeFileSync(join(folder, 'file'), '');
    const guard = new Guard(mark, folder, path);
    const child = marked(mark, ['sh', '-c', '(setsid sleep 1000 &); sleep 1000']);
    guard.add(child.pid!);
    await eventually(() => markedProcesses(mark).length === 3);
    const ended = once(child, 'exit');
    await guard.close();
    await ended;
    assert.deepEqual(markedProcesses(mark), []);
    assert.equal(existsSync(folder), false);
  });

  it('kills groups it was told of, not those that were dropped', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-guard-'));
    const guard = new Guard(newMark(), folder, path);
    const [told, dropped] = [
      spawn('sleep', ['1000'], { detached: true }),
      spawn('sleep', ['1000'], { detached: true }),
    ];
    for (const { pid } of [told, dropped]) guard.add(pid!);
    guard.drop(dropped.pid!);
    const ended = once(told, 'exit');
    await guard.close();
    await ended;
    assert.equal(dropped.exitCode, null);
    const gone = once(dropped, 'exit');
    dropped.kill();
    await gone;
  });
});
