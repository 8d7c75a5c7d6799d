import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FakeClock } from '../clock.fake.ts';
import { StatsStore } from '../stats/store.ts';
import { LogFile, openForAppend } from './log-file.ts';
import { AccessLogManager } from './manager.ts';

const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-log-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

function setUp() {
  const clock = new FakeClock();
  const stats = new StatsStore();
  const manager = new AccessLogManager(clock, stats, 100);
  const path = join(folder, `log-${files++}`);
  return { clock, stats, manager, path, file: manager.file(path) };
}

test('entries wait for the flush interval', async () => {
  const { clock, stats, manager, path, file } = setUp();
  file.write('one\n');
  file.write('two\n');
  assert.equal(readFileSync(path, 'latin1'), '');
  assert.equal(stats.gauge('filesystem.write_total_buffered').value, 8);
  clock.advance(100);
  await manager.flush();
  assert.equal(readFileSync(path, 'latin1'), 'one\ntwo\n');
  assert.equal(stats.counter('filesystem.flushed_by_timer').value, 1);
  assert.equal(stats.counter('filesystem.write_buffered').value, 2);
  assert.equal(stats.counter('filesystem.write_completed').value, 1);
  assert.equal(stats.gauge('filesystem.write_total_buffered').value, 0);
});

test('64 KB do not wait', async () => {
  const { clock, manager, path, file } = setUp();
  file.write('x'.repeat(64 * 1024));
  assert.equal(clock.timers, 0);
  await manager.flush();
  assert.equal(readFileSync(path).length, 64 * 1024);
});

test('bytes are written as they are, and after what was there', async () => {
  const { manager, path, file } = setUp();
  file.write('\xff\xc3\xa4\n');
  await manager.flush();
  const again = new AccessLogManager(new FakeClock(), new StatsStore(), 100);
  again.file(path).write('more\n');
  again.flushSync();
  assert.deepEqual(readFileSync(path), Buffer.from('\xff\xc3\xa4\nmore\n', 'latin1'));
});

test('one path is one file', () => {
  const { manager, path, file } = setUp();
  assert.equal(manager.file(path), file);
});

test('reopening follows a rotated file; earlier entries stay in the old one', async () => {
  const { manager, path, file } = setUp();
  file.write('old\n');
  renameSync(path, `${path}.1`);
  manager.reopen();
  file.write('new\n');
  await manager.flush();
  assert.equal(readFileSync(`${path}.1`, 'latin1'), 'old\n');
  assert.equal(readFileSync(path, 'latin1'), 'new\n');
});

test('a file that cannot be reopened goes on in the old one', async () => {
  const { stats, manager, path, file } = setUp();
  const gone = join(folder, 'gone');
  let opened = 0;
  const log = new LogFile(gone, () => (opened++ === 0 ? openForAppend(path) : openForAppend('/nope/x')), {
    clock: new FakeClock(),
    flushIntervalMs: 100,
    stats: {
      writeBuffered: stats.counter('a'),
      writeCompleted: stats.counter('b'),
      writeFailed: stats.counter('c'),
      flushedByTimer: stats.counter('d'),
      reopenFailed: stats.counter('e'),
      writeTotalBuffered: stats.gauge('f'),
    },
  });
  log.reopen();
  log.write('still here\n');
  await log.flush();
  assert.equal(stats.counter('e').value, 1);
  assert.equal(readFileSync(path, 'latin1'), 'still here\n');
  assert.equal(file.path, path);
  await manager.flush();
});

test('a destination that refuses writes is counted and goes unnoticed', {
  skip: !existsSync('/dev/full'),
}, async () => {
  const { stats, manager } = setUp();
  manager.file('/dev/full').write('x\n');
  await manager.flush();
  assert.equal(stats.counter('filesystem.write_failed').value, 1);
  assert.equal(stats.gauge('filesystem.write_total_buffered').value, 0);
});

test('a file that cannot be opened refuses the config, in the words of Envoy', () => {
  const { manager } = setUp();
  const path = join(folder, 'no/such/dir');
  assert.throws(() => manager.file(path), {
    message: `unable to open file '${path}': No such file or directory`,
    code: 'invalid',
  });
});
