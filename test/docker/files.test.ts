import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { execIn } from '../../src/runtime/docker/exec.ts';
import { getFile, putFiles } from '../../src/runtime/docker/files.ts';
import type { FileSpec } from '../../src/runtime/node-spec.ts';
import { text } from '../contract/talk.ts';
import { onEngines } from './engines.ts';

/** Ends when each of the named files was moved into a folder, as a program sees it that watches the folder. */
const WATCHER = `
const fs = require('node:fs');
const [folder, ...names] = process.argv.slice(1);
const missing = new Set(names);
fs.watch(folder, (event, name) => {
  if (event === 'rename') missing.delete(name);
  if (missing.size === 0) { console.log('all'); process.exit(); }
});
console.log('watching');`;

await onEngines('files', (engine) => {
  let host: string;
  let id: string;
  const sh = async (code: string) => {
    await using session = await execIn(engine.docker, id, { argv: ['sh', '-c', code] });
    session.stdin.end();
    const [stdout, stderr] = await Promise.all([text(session.stdout), text(session.stderr)]);
    return stdout + stderr;
  };
  const put = (files: readonly FileSpec[]) => putFiles(engine.docker, id, files);
  const read = async (path: string) => String(await getFile(engine.docker, id, path));

  before(async () => {
    host = mkdtempSync(join(tmpdir(), 'envoy-lab-test-files-'));
    mkdirSync(join(host, 'tree/deep'), { recursive: true });
    writeFileSync(join(host, 'tree/deep/leaf.txt'), 'leaf');
    writeFileSync(join(host, 'tree/run.sh'), '#!/bin/sh\necho ran\n', { mode: 0o755 });
    symlinkSync('deep/leaf.txt', join(host, 'tree/link'));
    writeFileSync(join(host, 'large'), Buffer.alloc(5_000_000, 'x'));
    const container = await engine.create();
    ({ id } = container);
    await put([
      { path: '/etc/lab/a.yaml', from: { content: 'admin: {}\n' } },
      { path: '/etc/lab/secret', from: { content: 's' }, mode: 0o600 },
      { path: '/opt/lab/tree', from: { hostPath: join(host, 'tree') } },
      { path: '/var/lib/large', from: { hostPath: join(host, 'large') } },
      { path: `/brand/new/${'folder/'.repeat(30)}file`, from: { content: 'new' } },
      { path: '/etc/odd.d/with space/ü', from: { content: 'odd' } },
      { path: '/tmp/one', from: { content: '1' } },
    ]);
    assert.equal(await read('/etc/lab/a.yaml'), 'admin: {}\n');
    await container.start();
  });
  after(async () => {
    await engine.dispose();
    rmSync(host, { recursive: true, force: true });
  });

  it('are there when the container starts, with their modes, in folders that were made', async () => {
    assert.equal(
      await sh('stat -c "%a %U %n" /etc/lab/a.yaml /etc/lab/secret /brand/new /tmp /opt/lab/tree/run.sh'),
      '644 root /etc/lab/a.yaml\n600 root /etc/lab/secret\n755 root /brand/new\n1777 root /tmp\n755 root /opt/lab/tree/run.sh\n',
    );
    assert.equal(
      await sh('/opt/lab/tree/run.sh; cat /opt/lab/tree/link; readlink /opt/lab/tree/link'),
      'ran\nleafdeep/leaf.txt\n',
    );
    assert.equal(await sh(`cat /brand/new/${'folder/'.repeat(30)}file "/etc/odd.d/with space/ü"`), 'newodd');
  });

  it('are read whole, through links, also what is mounted inside', async () => {
    assert.equal((await getFile(engine.docker, id, '/var/lib/large')).length, 5_000_000);
    await sh(
      'ln -s ../tmp/one /opt/rel; ln -s /opt/rel /opt/abs; ln -s /tmp /opt/folder; echo shm > /dev/shm/f',
    );
    for (const path of ['/opt/rel', '/opt/abs', '/opt/folder/one', '/opt/lab/tree/link'])
      assert.equal(await read(path), path.endsWith('link') ? 'leaf' : '1');
    assert.equal(await read('/dev/shm/f'), 'shm\n');
    assert.match(await read('/proc/version'), /Linux/);
  });

  it('that are not there are named', async () => {
    await sh('ln -s loop /opt/loop');
    for (const [path, why] of [
      ['/etc/none', 'there is no such file'],
      ['/none/none', 'there is no such file'],
      ['/etc/lab/a.yaml/none', 'there is no such file'],
      ['/etc/lab', 'it is a directory'],
      ['/opt/loop', 'too many links lead to it'],
    ] as const) {
      await assert.rejects(read(path), { code: 'runtime', message: `cannot read ${path}: ${why}` });
    }
    await assert.rejects(put([{ path: '/etc/x', from: { hostPath: '/no/such/file' } }]), {
      code: 'runtime',
      message: 'cannot copy /no/such/file to /etc/x: there is no such file',
    });
    await assert.rejects(getFile(engine.docker, 'f'.repeat(64), '/etc/x'), { code: 'runtime' });
    await assert.rejects(putFiles(engine.docker, 'f'.repeat(64), [{ path: '/x', from: { content: '' } }]), {
      code: 'runtime',
    });
  });

  it('take the place of others by a rename while the container runs', { timeout: 30_000 }, async () => {
    const folder = join(host, 'xds');
    mkdirSync(join(folder, 'sub'), { recursive: true });
    const write = (content: string, names: readonly string[]) => {
      for (const name of names) writeFileSync(join(folder, name), content);
    };
    write('1', ['a.yaml', 'b.yaml', 'old.yaml', 'sub/c.yaml']);
    const xds: FileSpec = { path: '/etc/xds', from: { hostPath: folder } };
    await put([xds]);
    assert.equal(
      await sh('cd /etc/xds; find . -type f | sort | tr "\\n" " "; cat a.yaml'),
      './a.yaml ./b.yaml ./old.yaml ./sub/c.yaml 1',
    );
    await using watcher = await execIn(engine.docker, id, {
      argv: ['node', '-e', WATCHER, '/etc/xds', 'a.yaml', 'b.yaml'],
    });
    const said = watcher.stdout[Symbol.asyncIterator]();
    assert.equal(String((await said.next()).value), 'watching\n');
    rmSync(join(folder, 'old.yaml'));
    rmSync(join(folder, 'sub'), { recursive: true });
    write('2', ['a.yaml', 'b.yaml']);
    await put([xds, { path: '/etc/lab/a.yaml', from: { content: 'new' } }]);
    assert.equal(String((await said.next()).value), 'all\n');
    assert.equal(
      await sh('cd /etc/xds; ls -A; cat a.yaml b.yaml /etc/lab/a.yaml; ls -A /etc | grep "^\\.x"'),
      'a.yaml\nb.yaml\n22new',
    );
  });

  it('are kept over a restart, and put into a container that has stopped', async () => {
    await engine.docker.getContainer(id).kill();
    await put([{ path: '/etc/lab/later', from: { content: 'later' } }]);
    assert.equal(await read('/etc/lab/later'), 'later');
    await engine.docker.getContainer(id).start();
    assert.equal(await sh('cat /etc/lab/later /etc/lab/a.yaml'), 'laternew');
  });
});
