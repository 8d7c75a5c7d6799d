import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LogLine, RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, node } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { logs, run, startAll, state } from '../talk.ts';

const shell = (name: string, code: string) => container(name, ['sh', '-c', code]);

/** What containers write. */
export function logCases(subject: Subject): void {
  describe('logs', () => {
    let lab: RunningLab;
    const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

    before(async () => {
      lab = await subject.runtime.create(identity('logs'));
    });
    after(async () => {
      await lab.remove();
      await subject.assertNothingLeft();
    });

    it('keeps both streams, with times, in order, also the last line without an end', async () => {
      const from = Date.now();
      await lab.create([
        node('talk', [shell('app', 'echo one; echo two >&2; sleep 0.1; printf "three\\r\\nfour"')]),
      ]);
      await lab.start('talk-1');
      await state(lab, 'talk-1', 'app', 'exited');
      const lines = await logs(lab, { nodes: ['talk-1'] });
      const of = (stream: string) => texts(lines.filter((line) => line.stream === stream));
      if (without(subject, 'streams')) {
        // Two pipes are read at the same time: which of two lines came first is not known.
        assert.deepEqual(texts(lines).slice(0, 2).sort(), ['one', 'two']);
        assert.deepEqual(texts(lines).slice(2), ['three', 'four']);
      } else {
        assert.deepEqual(of('stdout'), ['one', 'three', 'four']);
        assert.deepEqual(of('stderr'), ['two']);
      }
      for (const { node, container, time } of lines) {
        assert.deepEqual([node, container], ['talk-1', 'app']);
        assert.ok(time >= from && time <= Date.now());
      }
    });

    const whole = !subject.unfinishedLines && 'the engine keeps a line until it has its end';

    it('shows a line that has only begun', { skip: whole }, async () => {
      const spec = node('begun', [container('app', ['sh', '-c', 'printf "no end yet"; sleep 1000'])]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
      const deadline = Date.now() + 5000;
      let lines: LogLine[] = [];
      while (lines.length === 0 && Date.now() < deadline) lines = await logs(lab, { nodes: ['begun-1'] });
      assert.deepEqual(texts(lines), ['no end yet']);
    });

    it('takes the last lines, those since a time, those of one container', async () => {
      const spec = node('many', [shell('a', 'for i in 1 2 3 4 5; do echo a$i; done'), shell('b', 'echo b1')]);
      await lab.create([spec]);
      await lab.start('many-1');
      await state(lab, 'many-1', 'a', 'exited');
      await state(lab, 'many-1', 'b', 'exited');
      assert.deepEqual(texts(await logs(lab, { nodes: ['many-1'], container: 'a', tail: 2 })), ['a4', 'a5']);
      assert.deepEqual(texts(await logs(lab, { nodes: ['many-1'], tail: 1 })).sort(), ['a5', 'b1']);
      assert.deepEqual(texts(await logs(lab, { nodes: ['many-1'], tail: 0 })), []);
      assert.deepEqual(await logs(lab, { nodes: ['many-1'], since: Date.now() + 60_000 }), []);
      assert.equal((await logs(lab, { nodes: ['many-1'], since: Date.now() - 60_000 })).length, 6);
      assert.equal((await logs(lab, { nodes: ['many-1', 'talk-1'] })).length, 10);
    });

    it('follows, from what is there on, until it is told to stop', async () => {
      const code = 'echo before; while [ ! -e "$GO" ]; do sleep 0.02; done; echo after; sleep 1000';
      const go = '/tmp/go';
      const spec = node('follow', [container('app', ['sh', '-c', code], { env: { GO: go } })]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
      const stop = new AbortController();
      const seen: string[] = [];
      for await (const { text } of lab.logs({ nodes: ['follow-1'], follow: true, signal: stop.signal })) {
        seen.push(text);
        if (text === 'before') await run(lab, 'follow-1', ['sh', '-c', 'touch "$GO"']);
        if (text === 'after') stop.abort();
      }
      assert.deepEqual(seen, ['before', 'after']);
      await run(lab, 'follow-1', ['sh', '-c', 'rm "$GO"']);
    });

    it('loses no line of a burst, followed or read afterwards', { timeout: 30_000 }, async () => {
      const count = 20_000;
      const code = `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "line $i of a rather chatty program"; done`;
      await lab.create([node('burst', [shell('app', code)])]);
      const stop = new AbortController();
      const followed: string[] = [];
      const following = (async () => {
        for await (const { text } of lab.logs({ nodes: ['burst-1'], follow: true, signal: stop.signal })) {
          followed.push(text);
          if (followed.length === count) stop.abort();
        }
      })();
      await lab.start('burst-1');
      await state(lab, 'burst-1', 'app', 'exited');
      const read = texts(await logs(lab, { nodes: ['burst-1'] }));
      await following;
      const expected = Array.from({ length: count }, (_, i) => `line ${i + 1} of a rather chatty program`);
      assert.deepEqual(followed, expected);
      assert.deepEqual(read, expected);
    });

    it('has streams that can be opened by name, as access logs do', async () => {
      await lab.create([node('byname', [shell('app', 'echo out > /dev/stdout; echo err > /dev/stderr')])]);
      await lab.start('byname-1');
      await state(lab, 'byname-1', 'app', 'exited');
      const lines = await logs(lab, { nodes: ['byname-1'] });
      const stderr = without(subject, 'streams') ? 'stdout' : 'stderr';
      assert.deepEqual(
        lines.map(({ stream, text }) => `${stream} ${text}`).sort(),
        [`${stderr} err`, 'stdout out'].sort(),
      );
    });

    it('goes on after a restart', async () => {
      await lab.start('byname-1');
      await state(lab, 'byname-1', 'app', 'exited');
      const lives = without(subject, 'single-starts') ? 1 : 2;
      assert.equal((await logs(lab, { nodes: ['byname-1'] })).length, 2 * lives);
    });
  });
}
