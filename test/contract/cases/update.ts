import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, httpServer, idle, node } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { get, run, startAll } from '../talk.ts';

/** Changing nodes that run. */
export function updateCases(subject: Subject): void {
  describe('update', () => {
    let lab: RunningLab;
    const file = (content: string) => [{ path: '/etc/lab.conf', from: { content } }];
    const server = httpServer(subject.node, 'server', 8080);
    const first = node('web', [
      server,
      container('app', idle, { files: file('old') }),
      container('old', idle),
    ]);
    const observed = async () => (await lab.observe()).nodes[0]!;
    const pids = async () =>
      Object.fromEntries((await observed()).containers.map(({ name, pid }) => [name, pid]));

    before(async () => {
      lab = await subject.runtime.create(identity('update'));
      await lab.create([first]);
      await startAll(lab, [first]);
    });
    after(async () => {
      await lab.remove();
      await subject.assertNothingLeft();
    });

    it('changes nothing when nothing differs', async () => {
      const before = await pids();
      await lab.update([first]);
      assert.deepEqual(await pids(), before);
    });

    it('makes anew what differs, adds what is new, drops what is gone, leaves the rest alone', async () => {
      const before = await pids();
      const second = node('web', [
        container('new', idle),
        server,
        container('app', idle, { files: file('new'), hash: 'app-2' }),
      ]);
      await lab.update([second]);
      const { containers, spec } = await observed();
      assert.deepEqual(spec, second);
      if (!without(subject, 'single-starts')) {
        assert.deepEqual(
          containers.map(({ name, state, hash }) => `${name} ${state} ${hash}`),
          ['new created new-1', 'server ready server-1', 'app created app-2'],
        );
        assert.equal((await pids()).server, before.server);
      }
      await startAll(lab, [second]);
      if (subject.ownRoot) {
        assert.equal((await run(lab, 'web-1', ['cat', '/etc/lab.conf'], { container: 'app' })).stdout, 'new');
      }
    });

    const fixed = !subject.changesNodes && 'a container of an engine has its ports and aliases for life';

    it('publishes and withdraws ports', { skip: fixed }, async () => {
      const publish = [{ name: 'http', port: 8080, protocol: 'tcp', hostPort: 0, pinned: false }] as const;
      const before = await pids();
      await lab.update([node('web', [server], { publish })]);
      const [port] = (await observed()).published;
      assert.match(await get(port!.hostPort), /^hello web-1/);
      await lab.update([node('web', [server])]);
      assert.deepEqual((await observed()).published, []);
      await assert.rejects(get(port!.hostPort));
      assert.equal((await pids()).server, before.server);
    });

    it('changes aliases', { skip: fixed }, async () => {
      await lab.update([node('web', [server], { aliases: ['shop'] })]);
      const code =
        'require("node:dns").lookup("shop", { family: 4 }, (error, address) => console.log(address))';
      const { stdout } = await run(lab, 'web-1', [subject.node, '-e', code]);
      assert.equal(stdout.trim(), (await observed()).addresses.default);
    });

    it('refuses what it cannot change, and leaves all as it is', { skip: subject.changesNodes }, async () => {
      const before = await pids();
      const changed = node('web', [container('app', idle, { hash: 'app-3' })], { aliases: ['shop'] });
      await assert.rejects(lab.update([changed]), {
        code: 'runtime',
        message: /the aliases of node web-1 have changed/,
        hint: /create it again/,
      });
      assert.deepEqual(await pids(), before);
    });

    it('knows no node that is not there', async () => {
      await assert.rejects(lab.update([node('nobody', [])]), { code: 'usage', message: /nobody-1/ });
    });
  });
}
