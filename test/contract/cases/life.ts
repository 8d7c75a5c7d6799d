import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunningLab, RuntimeEvent } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, httpServer, idle, node } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { get, run, startAll, state } from '../talk.ts';

/** A lab from its creation to its end. */
export function lifeCases(subject: Subject): void {
  describe('life', () => {
    let lab: RunningLab;
    const name = identity('life');

    before(async () => {
      lab = await subject.runtime.create(name);
    });
    after(async () => {
      await (await subject.runtime.open(name.lab))?.remove();
    });

    it('says what it is and can be found again', async () => {
      const seen = await lab.observe();
      assert.deepEqual(seen.identity, name);
      assert.equal(seen.runtime, subject.runtime.name);
      assert.deepEqual(seen.nodes, []);
      assert.ok(Math.abs(seen.createdAt - Date.now()) < 60_000);
      assert.ok((await subject.runtime.list()).includes(name.lab));
      const again = await subject.runtime.open(name.lab);
      assert.deepEqual((await again!.observe()).identity, name);
      assert.equal(await subject.runtime.open('no-such-lab'), undefined);
    });

    it('is not made twice', async () => {
      await assert.rejects(subject.runtime.create(name), {
        name: 'LabError',
        code: 'runtime',
        message: /runs already/,
      });
    });

    it('keeps a live lab when it sweeps', async () => {
      assert.deepEqual(await subject.runtime.sweep(name.lab), []);
      await lab.observe();
    });

    it('makes nodes, starts them and tells each state in order', async () => {
      const events: RuntimeEvent[] = [];
      const watching = new AbortController();
      const watched = (async () => {
        for await (const event of lab.watch(watching.signal)) {
          events.push(event);
          if (event.kind === 'container' && event.state === 'ready') return;
        }
      })();
      const spec = node('web', [httpServer(subject.node, 'app', 8080)]);
      await lab.create([spec]);
      const made = (await lab.observe()).nodes[0]!;
      assert.deepEqual(made.spec, spec);
      assert.equal(made.containers[0]!.state, 'created');
      assert.equal(made.containers[0]!.pid, undefined);
      if (!without(subject, 'early-addresses')) {
        assert.match(made.addresses.default!, /^\d+\.\d+\.\d+\.\d+$/);
      }
      await lab.start('web-1');
      const started = (await lab.observe()).nodes[0]!.containers[0]!;
      assert.equal(started.pid! > 0, !without(subject, 'pids'));
      assert.ok(Math.abs(started.startedAt! - Date.now()) < 10_000);
      await watched;
      const states = events.flatMap((event) => (event.kind === 'container' ? [event.state] : []));
      assert.deepEqual(states, ['created', 'starting', 'ready']);
    });

    it('tells a newcomer the present states first', async () => {
      for await (const event of lab.watch(AbortSignal.timeout(5000))) {
        assert.deepEqual(
          { ...event, time: 0 },
          {
            kind: 'container',
            node: 'web-1',
            container: 'app',
            state: 'ready',
            time: 0,
          },
        );
        break;
      }
    });

    it('tells of nodes that come and go', async () => {
      const told: string[] = [];
      for await (const event of lab.watch(AbortSignal.timeout(60_000))) {
        // Only what comes after the present states is told of nodes.
        if (event.kind === 'container' && event.node === 'web-1') {
          await lab.create([node('passing', [httpServer(subject.node, 'app', 8080)])]);
        }
        if (event.kind !== 'node') continue;
        told.push(`${event.node} ${event.state}`);
        if (event.state === 'removed') break;
        await lab.remove(['passing-1']);
      }
      assert.deepEqual(told, ['passing-1 created', 'passing-1 removed']);
    });

    it('starts a running container no second time', async () => {
      const before = (await lab.observe()).nodes[0]!.containers[0]!.pid;
      await lab.start('web-1');
      assert.equal((await lab.observe()).nodes[0]!.containers[0]!.pid, before);
    });

    it('names the nodes and containers there are when asked for another', async () => {
      await assert.rejects(lab.start('wbe-1'), { code: 'usage', message: /wbe-1/, hint: /web-1/ });
      await assert.rejects(lab.stop('web-1', ['ap']), { code: 'usage', message: /ap/, hint: /app/ });
      await assert.rejects(lab.exec({ node: 'web-1', container: 'x', argv: ['true'] }), {
        code: 'usage',
        hint: /app/,
      });
      await assert.rejects(lab.create([node('web', [])]), { message: /web-1 exists already/ });
    });

    it('stops with SIGTERM, starts again, and keeps what the container wrote', async () => {
      const trap =
        'trap "echo bye > /tmp/said; exit 3" TERM; echo go; while :; do sleep 1000 & wait $!; done';
      await lab.create([
        node('polite', [container('app', ['sh', '-c', trap], { ready: { kind: 'log', pattern: 'go' } })]),
      ]);
      await startAll(lab, [node('polite', [container('app', [])])]);
      await lab.stop('polite-1');
      const stopped = (await lab.observe()).nodes.find(({ spec }) => spec.group === 'polite')!.containers[0]!;
      assert.equal(stopped.state, 'stopped');
      assert.equal(stopped.exitCode, 3);
      assert.equal(stopped.pid, undefined);
      await lab.start('polite-1');
      await state(lab, 'polite-1', 'app', 'ready');
      const kept = without(subject, 'single-starts') ? '' : 'bye\n';
      assert.equal((await run(lab, 'polite-1', ['cat', '/tmp/said'])).stdout, kept);
      await lab.remove(['polite-1']);
    });

    it('kills what does not stop in time', async () => {
      await lab.create([
        node('stubborn', [
          container('app', ['sh', '-c', 'trap "" TERM; echo go; while :; do sleep 1; done'], {
            ready: { kind: 'log', pattern: 'go' },
          }),
        ]),
      ]);
      await startAll(lab, [node('stubborn', [container('app', [])])]);
      const begun = Date.now();
      await lab.stop('stubborn-1', undefined, 50);
      // Less than it has when nobody says how long.
      assert.ok(Date.now() - begun < 9000);
      const stopped = (await lab.observe()).nodes.find(({ spec }) => spec.group === 'stubborn')!
        .containers[0]!;
      assert.equal(stopped.state, 'stopped');
      assert.equal(stopped.exitCode, 137);
      await lab.remove(['stubborn-1']);
    });

    it('tells how a container ended by itself', async () => {
      const spec = node('ends', [
        container('fine', ['sh', '-c', 'exit 0']),
        container('wrong', ['sh', '-c', 'exit 7']),
        container('killed', ['sh', '-c', 'kill -9 $$']),
        container('job', ['sh', '-c', 'exit 0'], { once: true }),
        container('failed-job', ['sh', '-c', 'exit 4'], { once: true }),
      ]);
      await lab.create([spec]);
      await lab.start('ends-1');
      await state(lab, 'ends-1', 'job', 'ready');
      for (const name of ['fine', 'wrong', 'killed', 'failed-job'])
        await state(lab, 'ends-1', name, 'exited');
      const { containers } = (await lab.observe()).nodes.find(({ spec }) => spec.group === 'ends')!;
      const ends = Object.fromEntries(containers.map(({ name, exitCode }) => [name, exitCode]));
      assert.deepEqual(ends, { fine: 0, wrong: 7, killed: 137, job: 0, 'failed-job': 4 });
      await lab.remove(['ends-1']);
    });

    it('says which command cannot be run, with the codes of a shell', async () => {
      await lab.create([
        node('typo', [container('app', ['nosuchcommand'])]),
        node('data', [container('app', ['/etc/passwd'])]),
      ]);
      await assert.rejects(lab.start('typo-1'), { code: 'runtime', message: /typo-1\/app.*nosuchcommand/ });
      await lab.start('data-1').catch(() => {});
      await state(lab, 'data-1', 'app', 'exited');
      const codes = (await lab.observe()).nodes
        .filter(({ spec }) => ['typo', 'data'].includes(spec.group))
        .map(({ containers }) => [containers[0]!.state, containers[0]!.exitCode]);
      assert.deepEqual(codes, [
        ['exited', 127],
        ['exited', 126],
      ]);
      await lab.remove(['typo-1', 'data-1']);
    });

    it('kills with a signal', async () => {
      const trap = 'trap "exit 9" USR1; echo go; while :; do sleep 1000 & wait $!; done';
      await lab.create([
        node('target', [
          container('a', ['sh', '-c', trap], { ready: { kind: 'log', pattern: 'go' } }),
          container('b', idle),
        ]),
      ]);
      await startAll(lab, [node('target', [container('a', []), container('b', [])])]);
      await lab.kill('target-1', 'a', 'SIGUSR1');
      const ended = await state(lab, 'target-1', 'a', 'exited');
      assert.equal(ended.kind === 'container' && ended.exitCode, 9);
      await lab.kill('target-1', undefined, 'SIGKILL');
      assert.equal(((await state(lab, 'target-1', 'b', 'exited')) as { exitCode?: number }).exitCode, 137);
      await lab.remove(['target-1']);
    });

    it('takes what a container left behind with it', async () => {
      const orphan = '(setsid sh -c "sleep 4321" >/dev/null 2>&1 &) ; sleep 0.1; exit 0';
      await lab.create([node('parent', [container('app', ['sh', '-c', orphan]), container('stays', idle)])]);
      await lab.start('parent-1');
      await state(lab, 'parent-1', 'app', 'exited');
      const { stdout } = await run(
        lab,
        'parent-1',
        ['sh', '-c', 'grep -lsz "^432[1]$" /proc/[0-9]*/cmdline | wc -l'],
        {
          container: 'stays',
        },
      );
      assert.equal(Number(stdout), 0);
      await lab.remove(['parent-1']);
    });

    it('pauses a node: it is there and does not answer', { skip: without(subject, 'pause') }, async () => {
      await lab.pause('web-1');
      assert.equal((await lab.observe()).nodes[0]!.containers[0]!.state, 'paused');
      await using dialed = await lab.dial('web-1', 8080);
      const answer = get(dialed.port);
      const first = await Promise.race([
        answer,
        new Promise((resolve) => setTimeout(resolve, 300, 'silence')),
      ]);
      assert.equal(first, 'silence');
      await assert.rejects(lab.exec({ node: 'web-1', argv: ['true'] }), { message: /paused/ });
      await lab.unpause('web-1');
      assert.match(await answer, /^hello/);
      assert.equal((await lab.observe()).nodes[0]!.containers[0]!.state, 'ready');
    });

    it('removes nodes while the rest runs', async () => {
      await lab.create([node('gone', [container('app', idle)])]);
      await lab.start('gone-1');
      await lab.remove(['gone-1']);
      assert.deepEqual(
        (await lab.observe()).nodes.map(({ spec }) => spec.name),
        ['web-1'],
      );
      await assert.rejects(lab.remove(['gone-1']), { code: 'usage' });
    });

    it('runs beside another lab', async () => {
      const other = await subject.runtime.create(identity('beside'));
      try {
        await other.create([node('web', [httpServer(subject.node, 'app', 8080, { text: 'other' })])]);
        await startAll(other, [node('web', [container('app', [])])]);
        await using here = await lab.dial('web-1', 8080);
        await using there = await other.dial('web-1', 8080);
        assert.match(await get(here.port), /^hello/);
        assert.match(await get(there.port), /^other/);
      } finally {
        await other.remove();
      }
      await using here = await lab.dial('web-1', 8080);
      assert.match(await get(here.port), /^hello/);
    });

    it('is gone when it is removed, and its watchers know', async () => {
      const events: RuntimeEvent[] = [];
      const watched = (async () => {
        for await (const event of lab.watch(AbortSignal.timeout(10_000))) events.push(event);
      })();
      await lab.remove();
      await watched;
      assert.deepEqual({ ...events.at(-1)!, time: 0 }, { kind: 'lab', state: 'removed', time: 0 });
      assert.equal(await subject.runtime.open(name.lab), undefined);
      assert.ok(!(await subject.runtime.list()).includes(name.lab));
      await assert.rejects(lab.observe(), { code: 'runtime', message: /gone/ });
      await subject.assertNothingLeft();
    });

    it('can be made again right after it is gone', async () => {
      const same = identity('again');
      await (await subject.runtime.create(same)).remove();
      const again = await subject.runtime.create(same);
      const spec = node('web', [httpServer(subject.node, 'app', 8080)]);
      await again.create([spec]);
      await startAll(again, [spec]);
      await using dialed = await again.dial('web-1', 8080);
      assert.match(await get(dialed.port), /^hello web-1/);
      await again.remove();
      await subject.assertNothingLeft();
    });
  });
}
