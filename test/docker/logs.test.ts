import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type Docker from 'dockerode';
import { label } from '../../src/runtime/docker/labels.ts';
import { readLogs } from '../../src/runtime/docker/logs.ts';
import type { NodeObject } from '../../src/runtime/docker/objects.ts';
import type { LogLine, LogRequest } from '../../src/runtime/runtime.ts';
import { container as specOf } from '../contract/specs.ts';
import { onEngines } from './engines.ts';
import { nodeObject } from './node-object.ts';

await onEngines('logs', (engine) => {
  let holder: Docker.Container;
  const lab = `envoy-lab-test-${process.pid}`;
  const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);
  const options = (name: string, code: string) => ({
    Cmd: ['sh', '-c', code],
    Labels: { [label.lab]: lab, [label.node]: 'box-1', [label.container]: name },
  });
  /** A node with containers that run code, not started. */
  const make = async (...codes: readonly string[]) => {
    const made = await Promise.all(
      codes.map(async (code, index) => {
        const name = `app${index}`;
        return {
          container: await engine.create(options(name, code)),
          spec: specOf(name, ['sh', '-c', code]),
        };
      }),
    );
    return { node: await nodeObject(holder, made), containers: made.map(({ container }) => container) };
  };
  const read = async (node: NodeObject, request: Partial<LogRequest> = {}) => {
    const lines: LogLine[] = [];
    for await (const line of readLogs(engine.docker, [node], { follow: false, ...request })) lines.push(line);
    return lines;
  };
  /** Runs a container to its end. */
  const finish = async (container: Docker.Container) => {
    await container.start();
    await container.wait();
  };

  before(async () => {
    holder = await engine.run({ Labels: { [label.lab]: lab, [label.node]: 'box-1' } });
  });
  after(() => engine.dispose());

  it('have both streams, times, whole lines, also the last one without an end', async () => {
    const long = 'head -c 100000 /dev/zero | tr "\\0" x';
    const { node, containers } = await make(
      `echo one; echo two >&2; printf "three\\r\\n"; ${long}; echo; echo; printf "gr\\303"; sleep 0.2; printf "\\274n\\nlast"`,
    );
    const from = Date.now();
    await finish(containers[0]!);
    const lines = await read(node);
    const of = (stream: string) => texts(lines.filter((line) => line.stream === stream));
    assert.deepEqual(of('stdout'), ['one', 'three', 'x'.repeat(100_000), '', 'grün', 'last']);
    assert.deepEqual(of('stderr'), ['two']);
    for (const { node, container, time } of lines) {
      assert.deepEqual([node, container], ['box-1', 'app0']);
      assert.ok(time >= from && time <= Date.now(), `${time} of ${from}`);
    }
  });

  it('end at the last lines, however long; begin at a time', async () => {
    const long = 'head -c 50000 /dev/zero | tr "\\0" x; echo';
    const { node, containers } = await make(
      `for i in 1 2 3 4 5; do echo a$i; done; ${long}; ${long}; echo end`,
      'echo b1; echo b2 >&2',
    );
    for (const container of containers) await finish(container);
    const lengths = async (request: Partial<LogRequest>) =>
      texts(await read(node, { container: 'app0', ...request })).map((text) =>
        text.length > 9 ? text.length : text,
      );
    assert.deepEqual(await lengths({ tail: 1 }), ['end']);
    assert.deepEqual(await lengths({ tail: 2 }), [50_000, 'end']);
    assert.deepEqual(await lengths({ tail: 4 }), ['a5', 50_000, 50_000, 'end']);
    assert.deepEqual((await lengths({ tail: 100 })).length, 8);
    assert.deepEqual(await lengths({ tail: 0 }), []);
    // Which of two streams is read last is nobody's promise.
    assert.match(
      texts(await read(node, { tail: 1 }))
        .sort()
        .join(' '),
      /^b[12] end$/,
    );
    assert.deepEqual(await read(node, { since: Date.now() + 60_000 }), []);
    assert.equal((await read(node, { since: Date.now() - 60_000 })).length, 10);
  });

  it('have the end of a line that is longer than what is read at first', async () => {
    const { node, containers } = await make(
      'echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo end',
    );
    await finish(containers[0]!);
    // A line of 3 MB is kept as several.
    const lines = texts(await read(node, { tail: 2 }));
    assert.equal(lines[1], 'end');
    assert.match(lines[0]!, /^x+$/);
    const all = texts(await read(node));
    assert.deepEqual([all[0], all.at(-1), all.join('').length], ['first', 'end', 3_000_008]);
  });

  it('of several containers are merged by time', async () => {
    const say = (word: string) => `for i in 1 2 3; do echo ${word}$i; sleep 1.2; done`;
    const { node, containers } = await make(say('a'), say('b'));
    await Promise.all(containers.map(finish));
    const lines = await read(node);
    assert.deepEqual(
      lines.map(({ text }) => text[1]),
      ['1', '1', '2', '2', '3', '3'],
    );
  });

  it('are followed through ends and starts, nothing lost, nothing doubled', { timeout: 60_000 }, async () => {
    // Where Podman starts again soon, it joins such a line with the next.
    const end = engine.name === 'docker' ? '' : '\\n';
    const code = `n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /n; i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo "$n:$i"; echo "$n:$i" >&2; done; printf "end $n${end}"`;
    const { node, containers } = await make(code);
    const stop = new AbortController();
    const seen: LogLine[] = [];
    const lives = 4;
    const followed = (async () => {
      for await (const line of readLogs(engine.docker, [node], { follow: true, signal: stop.signal })) {
        seen.push(line);
        if (seen.length === lives * 401) stop.abort();
      }
    })();
    for (let life = 0; life < lives; life++) {
      await finish(containers[0]!);
    }
    await followed;
    const expected = Array.from({ length: lives }, (_, life) => [
      ...Array.from({ length: 200 }, (_, index) => `${life + 1}:${index + 1}`),
      `end ${life + 1}`,
    ]).flat();
    assert.deepEqual(texts(seen.filter(({ stream }) => stream === 'stdout')), expected);
    assert.deepEqual(
      texts(seen.filter(({ stream }) => stream === 'stderr')),
      expected.filter((text) => text.includes(':')),
    );
  });

  it('are followed from the last lines on, of containers that are made anew too', {
    timeout: 60_000,
  }, async () => {
    const { node, containers } = await make('echo old 1; echo old 2; sleep 0.5; echo new; sleep 1000');
    await containers[0]!.start();
    while ((await read(node)).length < 2);
    const seen: string[] = [];
    const stop = new AbortController();
    for await (const { text } of readLogs(engine.docker, [node], {
      follow: true,
      tail: 1,
      signal: stop.signal,
    })) {
      seen.push(text);
      if (text === 'new') {
        await containers[0]!.remove({ force: true });
        await (await engine.create(options('app0', 'echo anew; sleep 1000'))).start();
      }
      if (text === 'anew') stop.abort();
    }
    assert.deepEqual(seen.slice(-2), ['new', 'anew']);
    assert.ok(seen.length <= 3 && !seen.includes('old 1'), seen.join());
  });

  it('end with their node', { timeout: 30_000 }, async () => {
    const other = await engine.run();
    const container = await engine.run(options('app0', 'echo on; sleep 1000'));
    const node = await nodeObject(other, [{ container, spec: specOf('app0', []) }]);
    const seen: string[] = [];
    for await (const { text } of readLogs(engine.docker, [node], { follow: true })) {
      seen.push(text);
      await container.remove({ force: true });
      await other.remove({ force: true });
    }
    assert.deepEqual(seen, ['on']);
    for await (const _ of readLogs(engine.docker, [node], { follow: true })) assert.fail('it is gone');
  });

  it('of a burst are all there, followed or read afterwards', { timeout: 60_000 }, async () => {
    const count = 20_000;
    const { node, containers } = await make(
      `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo "line $i of a rather chatty program"; done`,
    );
    const stop = new AbortController();
    const followed: string[] = [];
    const following = (async () => {
      for await (const { text } of readLogs(engine.docker, [node], { follow: true, signal: stop.signal })) {
        followed.push(text);
        if (followed.length === count) stop.abort();
      }
    })();
    await finish(containers[0]!);
    await following;
    const expected = Array.from(
      { length: count },
      (_, index) => `line ${index + 1} of a rather chatty program`,
    );
    assert.deepEqual(followed, expected);
    assert.deepEqual(texts(await read(node)), expected);
    assert.deepEqual(texts(await read(node, { tail: 5000 })), expected.slice(-5000));
  });

  it('are no longer followed when the reader leaves', { timeout: 20_000 }, async () => {
    const { node, containers } = await make('while :; do echo on; sleep 0.01; done');
    await containers[0]!.start();
    for await (const { text } of readLogs(engine.docker, [node], { follow: true })) {
      assert.equal(text, 'on');
      break;
    }
  });
});
