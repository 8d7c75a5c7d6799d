import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FileSpec, VolumeSpec } from '../../../src/runtime/node-spec.ts';
import type { RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, idle, node } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { run, startAll, state } from '../talk.ts';

/** What containers find in their file system. */
export function fileCases(subject: Subject): void {
  describe('files', () => {
    let lab: RunningLab;
    let host: string;
    const sh = (code: string, container = 'app') => run(lab, 'box-1', ['sh', '-c', code], { container });

    before(async () => {
      host = mkdtempSync(join(tmpdir(), 'envoy-lab-test-files-'));
      mkdirSync(join(host, 'tree/deep'), { recursive: true });
      mkdirSync(join(host, 'data'));
      writeFileSync(join(host, 'tree/deep/leaf.txt'), 'leaf');
      writeFileSync(join(host, 'tree/run.sh'), '#!/bin/sh\necho ran\n', { mode: 0o755 });
      writeFileSync(join(host, 'data/kept.txt'), 'from the host');
      for (const folder of [host, join(host, 'tree'), join(host, 'tree/deep')]) chmodSync(folder, 0o755);
      chmodSync(join(host, 'data'), 0o777);
      const files: FileSpec[] = [
        { path: '/etc/lab/a.yaml', from: { content: 'admin: {}\n' } },
        { path: '/etc/lab/secret', from: { content: 's' }, mode: 0o600 },
        { path: '/opt/lab/tree', from: { hostPath: join(host, 'tree') } },
        { path: '/usr/share/lab/one.txt', from: { hostPath: join(host, 'data/kept.txt') } },
        { path: '/brand/new/folder/file', from: { content: 'new' } },
        { path: '/etc/hostname.d/with space/ü', from: { content: 'odd' } },
      ];
      const shared: VolumeSpec[] = [
        { hostPath: join(host, 'data'), path: '/srv/data', readOnly: false },
        { hostPath: join(host, 'data'), path: '/mnt-ro/data', readOnly: true },
      ];
      const volumes = without(subject, 'volumes') ? [] : shared;
      lab = await subject.runtime.create(identity('files'));
      const spec = node('box', [container('app', idle, { files, volumes }), container('other', idle)]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
    });
    after(async () => {
      await lab.remove();
      rmSync(host, { recursive: true, force: true });
      await subject.assertNothingLeft();
    });

    it('reads files of a container, whether it runs or not', async () => {
      const read = async (path: string) => String(await lab.readFile('box-1', 'app', path));
      assert.equal(await read('/etc/lab/a.yaml'), 'admin: {}\n');
      assert.equal(await read('/opt/lab/tree/deep/leaf.txt'), 'leaf');
      await assert.rejects(lab.readFile('box-1', 'app', '/etc/lab/none'), {
        code: 'runtime',
        message: /none/,
      });
      await lab.create([
        node('still', [container('app', idle, { files: [{ path: '/etc/x', from: { content: 'x' } }] })]),
      ]);
      assert.equal(String(await lab.readFile('still-1', undefined, '/etc/x')), 'x');
      await lab.remove(['still-1']);
    });

    it('reads a large file whole', async () => {
      const path = '/tmp/large';
      await sh(`head -c 5000000 /dev/zero > ${path}`);
      assert.equal((await lab.readFile('box-1', 'app', path)).length, 5_000_000);
      await sh(`rm ${path}`);
    });

    it('says which file to copy is not there', async () => {
      const files = [{ path: '/etc/x', from: { hostPath: '/no/such/file' } }];
      const spec = node('lost', [container('app', idle, { files })]);
      await assert.rejects(lab.create([spec]), { code: 'runtime', message: /\/no\/such\/file/ });
      assert.equal((await lab.observe()).nodes.length, 1);
    });

    describe('at their absolute paths', { skip: !subject.ownRoot && 'this runtime maps paths' }, () => {
      it('has content and modes', async () => {
        assert.equal(
          (await sh('cat /etc/lab/a.yaml; stat -c %a /etc/lab/a.yaml /etc/lab/secret')).stdout,
          'admin: {}\n644\n600\n',
        );
        assert.equal((await sh('/opt/lab/tree/run.sh; cat /opt/lab/tree/deep/leaf.txt')).stdout, 'ran\nleaf');
        assert.equal(
          (await sh('cat /usr/share/lab/one.txt /brand/new/folder/file')).stdout,
          'from the hostnew',
        );
        assert.equal((await sh('cat "/etc/hostname.d/with space/ü"')).stdout, 'odd');
      });

      it('copies: writing inside changes nothing on the host', {
        skip: without(subject, 'file-writes'),
      }, async () => {
        assert.equal(
          (await sh('echo changed > /usr/share/lab/one.txt && rm -r /opt/lab/tree/deep && echo fine')).stdout,
          'fine\n',
        );
        assert.equal(readFileSync(join(host, 'data/kept.txt'), 'utf8'), 'from the host');
        assert.ok(existsSync(join(host, 'tree/deep/leaf.txt')));
      });

      it('has a root of its own to write to', async () => {
        const mark = `contract-${process.pid}`;
        const paths = [
          `/${mark}`,
          `/etc/${mark}`,
          `/tmp/${mark}`,
          `/srv/${mark}`,
          `/usr/${mark}`,

          `/opt/${mark}`,
          `/usr/local/bin/${mark}`,
          ...(without(subject, 'own-memory') ? [] : [`/dev/shm/${mark}`]),
        ];
        assert.equal((await sh('ls -A ~; echo mine > ~/file && cat ~/file')).stdout, 'mine\n');
        const { stderr, code } = await sh(paths.map((path) => `echo mine > ${path}`).join(' && '));
        assert.deepEqual([stderr, code], ['', 0]);
        for (const path of paths) {
          assert.ok(!existsSync(path), `${path} on the host`);
          assert.equal((await sh(`test -e ${path}`, 'other')).code, 1, `${path} in the other container`);
        }
      });

      it("cannot change the host's files", async () => {
        const probe = `/usr/contract-${process.pid}`;
        await sh(
          `mount -o remount,rw / 2>/dev/null; echo x > /proc/sys/kernel/domainname; echo bad > ${probe}; rm -f /etc/passwd`,
        );
        assert.ok(existsSync('/etc/passwd'));
        assert.ok(!existsSync(probe));
      });

      it('shares volumes with the host', { skip: without(subject, 'volumes') }, async () => {
        assert.equal(
          (await sh('cat /srv/data/kept.txt; echo back > /srv/data/written.txt')).stdout,
          'from the host',
        );
        assert.equal(readFileSync(join(host, 'data/written.txt'), 'utf8'), 'back\n');
        const readOnly = await sh('cat /mnt-ro/data/written.txt; echo no > /mnt-ro/data/no.txt');
        assert.equal(readOnly.stdout, 'back\n');
        assert.notEqual(readOnly.code, 0);
      });

      it('has the usual devices, a proc of the lab, and its own hosts file', async () => {
        const { stdout } = await sh(
          'echo x > /dev/null; head -c 3 /dev/zero | wc -c; cat /proc/1/comm; echo $(cat /etc/hostname); ls /sys/class/net',
        );
        const [zeros, init, hostname, ...interfaces] = stdout.trim().split('\n');
        assert.deepEqual([zeros, hostname], ['3', 'box-1']);
        // The first process of a pod is nobody's.
        if (!without(subject, 'single-starts')) assert.equal(init, 'sh');
        assert.deepEqual(interfaces.sort(), ['eth0', 'lo']);
        assert.match((await sh('cat /etc/hosts')).stdout, /^127\.0\.0\.1\s+localhost$[\s\S]*box-1/m);
      });

      it('keeps its files over a restart', { skip: without(subject, 'single-starts') }, async () => {
        await sh('echo kept > /etc/kept');
        await lab.kill('box-1', 'app', 'SIGKILL');
        await state(lab, 'box-1', 'app', 'exited');
        assert.equal(String(await lab.readFile('box-1', 'app', '/etc/kept')), 'kept\n');
        await lab.start('box-1', ['app']);
        assert.equal((await sh('cat /etc/kept')).stdout, 'kept\n');
      });
    });
  });
}
