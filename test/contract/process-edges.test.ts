import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { LabError } from '../../src/error.ts';
import { hasEnded } from '../../src/process/identity.ts';
import { SURROUNDINGS } from '../../src/runtime/node-spec.ts';
import { ProcessRuntime } from '../../src/runtime/process/runtime.ts';
import { watchLeaks } from '../leaks.ts';
import { bundleProgram } from './background-bundle.ts';
import { identity } from './identity.ts';
import { refusal } from './process-subject.ts';
import { container, httpServer, idle, node } from './specs.ts';
import { logs, run, startAll, state, text } from './talk.ts';

const path = process.env.PATH ?? '';

/** Halves of a lab's supervisor, by their command line. */
function processesWith(role: string, lab: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith(`\0${role}\0${lab}\0`);
      } catch {
        return false;
      }
    });
}

for (const mode of ['namespaces', 'loopback'] as const) {
  const reason = await refusal({ mode, unprivileged: false });
  describe(`the edges of the process runtime, ${mode}`, { skip: reason }, () => {
    let bundle: Awaited<ReturnType<typeof bundleProgram>>;
    let base: string;
    const runtimeIn = (stateDir: string) =>
      new ProcessRuntime({ stateDir, path, supervisor: [process.execPath, bundle.file], mode });

    before(async () => {
      bundle = await bundleProgram('supervisor');
      base = mkdtempSync(join(tmpdir(), 'envoy-lab-test-edges-'));
    });
    after(() => {
      bundle.remove();
      rmSync(base, { recursive: true, force: true });
    });

    it('lives in a folder with a long and odd name', async () => {
      const stateDir = join(base, `a folder, "quoted" $HOME it's ä`, 'x'.repeat(120));
      const leaks = watchLeaks(stateDir);
      const lab = await runtimeIn(stateDir).create(identity('odd'));
      const files = [{ path: '/etc/lab/a', from: { content: 'a' } }];
      const spec = node('web', [
        httpServer(process.execPath, 'app', 8080),
        container('other', idle, { files }),
      ]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
      assert.equal((await run(lab, 'web-1', ['cat', '/etc/lab/a'], { container: 'other' })).stdout, 'a');
      await lab.remove();
      await leaks.assertClean();
    });

    it('refuses images of registries, and other hosts for a node that runs', async () => {
      const stateDir = join(base, 'refused');
      const runtime = runtimeIn(stateDir);
      const rootfs = { name: 'quay.io/x/y:1', programs: [], files: [], reference: 'quay.io/x/y:1' };
      await runtime.prepare([container('app', idle).rootfs]);
      await assert.rejects(runtime.prepare([rootfs]), {
        code: 'runtime',
        message: 'runtime process cannot run quay.io/x/y:1, an image of a registry',
        hint: /put an image of envoy-lab in its place/,
      });
      const lab = await runtime.create(identity('refused'));
      const web = (address: string) => node('web', [container('app', idle)], { hosts: { db: address } });
      await lab.create([web('192.0.2.7')]);
      await lab.update([web('192.0.2.7')]);
      await assert.rejects(lab.update([web('192.0.2.8')]), {
        code: 'runtime',
        message: 'the hosts of node web-1 have changed',
        hint: /create it again/,
      });
      if (mode === 'loopback') {
        const six = node('six', [container('app', idle)], { hosts: { db: '2001:db8::1' } });
        await assert.rejects(lab.create([six]), { message: /cannot call 2001:db8::1 db: only IPv4 works/ });
        assert.equal((await lab.observe()).nodes.length, 1);
      }
      await lab.remove();
    });

    it('lets nobody else in', async () => {
      const stateDir = join(base, 'private');
      const name = identity('private');
      const lab = await runtimeIn(stateDir).create(name);
      const folder = join(stateDir, 'process', name.lab);
      assert.equal(statSync(join(stateDir, 'process')).mode & 0o77, 0);
      assert.equal(statSync(folder).mode & 0o77, 0);
      await lab.remove();
    });

    it('is made once when two ask for it', async () => {
      const stateDir = join(base, 'twice');
      const name = identity('twice');
      const runtime = runtimeIn(stateDir);
      const results = await Promise.allSettled([1, 2, 3].map(() => runtime.create(name)));
      const made = results.filter(({ status }) => status === 'fulfilled');
      assert.equal(made.length, 1);
      for (const result of results) {
        if (result.status === 'rejected') assert.match(String(result.reason), /runs already/);
      }
      await (await runtime.open(name.lab))!.remove();
      await watchLeaks(stateDir).assertClean();
    });

    it('survives garbage on its control socket, and says what is wrong with it', async () => {
      const stateDir = join(base, 'garbage');
      const name = identity('garbage');
      const lab = await runtimeIn(stateDir).create(name);
      const socketPath = join(stateDir, 'process', name.lab, 'control.sock');
      const say = async (line: string) => {
        const socket = connect(socketPath);
        await once(socket, 'connect');
        socket.end(line);
        return text(socket);
      };
      assert.match(await say('not json\n'), /"error"/);
      assert.match(await say('{"version":1,"call":"nosuch","args":{}}\n'), /knows no call nosuch/);
      assert.match(await say('{"version":99,"call":"observe","args":{}}\n'), /speaks protocol 1, not 99/);
      assert.match(await say('{"version":1,"call":"toString","args":{}}\n'), /"error"/);
      assert.equal(await say('no newline'), '');
      assert.equal((await lab.observe()).nodes.length, 0);
      await lab.remove();
    });

    it('says what to do about a state folder that cannot be written', async () => {
      const file = join(base, 'file');
      writeFileSync(file, '');
      await assert.rejects(runtimeIn(file).create(identity('file')), {
        code: 'runtime',
        hint: /XDG_STATE_HOME/,
      });
      if (process.getuid?.() === 0) return;
      const stateDir = join(base, 'readonly');
      mkdirSync(stateDir);
      chmodSync(stateDir, 0o500);
      await assert.rejects(runtimeIn(stateDir).create(identity('ro')), {
        code: 'runtime',
        hint: /XDG_STATE_HOME/,
      });
    });

    it('sweeps a lab of an earlier boot, whose process number is in use again', async () => {
      const stateDir = join(base, 'reboot');
      const runtime = runtimeIn(stateDir);
      const name = identity('reboot');
      const lab = await runtime.create(name);
      const folder = join(stateDir, 'process', name.lab);
      const record = JSON.parse(readFileSync(join(folder, 'supervisor.json'), 'utf8'));
      await lab.remove();
      mkdirSync(folder, { recursive: true });
      const own = { pid: process.pid, startTime: record.process.startTime, bootId: 'the boot before' };
      writeFileSync(join(folder, 'supervisor.json'), JSON.stringify({ ...record, process: own }));
      assert.equal(await runtime.open(name.lab), undefined);
      assert.deepEqual(await runtime.list(), []);
      assert.deepEqual(await runtime.sweep(), [name.lab]);
      await watchLeaks(stateDir).assertClean();
    });

    it('ends when its folder is taken away', { timeout: 20_000 }, async () => {
      const stateDir = join(base, 'vanished');
      const lab = await runtimeIn(stateDir).create(identity('vanished'));
      const spec = node('web', [container('app', idle)]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
      rmSync(stateDir, { recursive: true, force: true });
      const leaks = watchLeaks(stateDir);
      const deadline = Date.now() + 10_000;
      let left: unknown;
      do {
        left = await leaks.assertClean().then(
          () => undefined,
          (error: unknown) => error,
        );
      } while (left !== undefined && Date.now() < deadline);
      assert.equal(left, undefined);
    });

    it('ends with its outer half, also when its inner half hangs', {
      skip: mode !== 'namespaces',
    }, async () => {
      const stateDir = join(base, 'hangs');
      const name = identity('hangs');
      const runtime = runtimeIn(stateDir);
      const lab = await runtime.create(name);
      const spec = node('web', [container('app', idle)]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
      const outer = JSON.parse(
        readFileSync(join(stateDir, 'process', name.lab, 'supervisor.json'), 'utf8'),
      ).process;
      for (const inner of processesWith('inner', name.lab)) process.kill(inner, 'SIGSTOP');
      process.kill(outer.pid, 'SIGKILL');
      assert.ok(await hasEnded(outer, 5000));
      assert.deepEqual(await runtime.sweep(), [name.lab]);
      await watchLeaks(stateDir).assertClean();
    });

    it('goes down also when its supervisor hangs', { timeout: 20_000 }, async () => {
      const stateDir = join(base, 'stopped');
      const name = identity('stopped');
      const lab = await runtimeIn(stateDir).create(name);
      for (const half of [...processesWith('inner', name.lab), ...processesWith('outer', name.lab)]) {
        process.kill(half, 'SIGSTOP');
      }
      await lab.remove();
      await watchLeaks(stateDir).assertClean();
    });

    it('reports a supervisor that cannot be started', async () => {
      const stateDir = join(base, 'broken');
      const missing = new ProcessRuntime({ stateDir, path, supervisor: ['/no/such/node', 'x.js'], mode });
      await assert.rejects(
        missing.create(identity('broken')),
        (error) => error instanceof LabError && /supervisor/.test(error.message),
      );
      const wrong = new ProcessRuntime({
        stateDir,
        path,
        supervisor: [process.execPath, '/no/such/file.js'],
        mode,
      });
      await assert.rejects(
        wrong.create(identity('broken')),
        (error) => error instanceof LabError && /ended at once.*no\/such\/file/s.test(error.message),
      );
    });

    it('tells a program that has to be steered where it is, and only where it has no network', async () => {
      const lab = await runtimeIn(join(base, 'steered')).create(identity('steered'));
      const steered = {
        argv: ['cat', '/etc/steered', '/etc/own', `/etc/${SURROUNDINGS.address}`],
        files: [
          {
            path: '/etc/steered',
            content: `${SURROUNDINGS.address} ${SURROUNDINGS.dnsAddress}:${SURROUNDINGS.dnsPort} `,
          },
        ],
        ports: [8080],
      };
      const own = { path: '/etc/own', from: { content: 'own\n' } };
      const print = container('print', ['cat', '/etc/own'], { files: [own], steered, once: true });
      await lab.create([node('front', [print])]);
      await lab.start('front-1');
      await state(lab, 'front-1', 'print', mode === 'loopback' ? 'exited' : 'ready');
      const { nodes } = await lab.observe();
      const address = nodes[0]!.addresses.default!;
      const told = (await logs(lab, { nodes: ['front-1'] })).map(({ text: line }) => line);
      if (mode === 'namespaces') assert.deepEqual(told, ['own']);
      else {
        assert.match(told[0]!, new RegExp(`^${address} 127\\.\\d+\\.0\\.1:\\d+ own$`));
        assert.match(told[1]!, new RegExp(`/etc/${address}: No such file`));
      }
      await lab.remove();
    });
  });
}
