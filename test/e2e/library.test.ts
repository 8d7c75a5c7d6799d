import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DocumentError, type ErrorCode, type Lab, LabError, labs, open, up } from 'envoy-lab';
import { Household } from './household.ts';
import { places } from './places.ts';

const isError = (code: ErrorCode, message: RegExp, hint = /^/) => {
  return (error: unknown) =>
    error instanceof LabError &&
    error.code === code &&
    message.test(error.message) &&
    hint.test(error.hint ?? '');
};

/** ms within which what follows at once has to follow. */
const soon = () => AbortSignal.timeout(30_000);

for (const place of await places()) {
  describe(`a lab of the library on ${place.name}`, { skip: place.skip }, () => {
    const house = new Household(place.env);
    let lab: Lab;
    before(async () => {
      lab = await house.up('front-proxy', { runtime: place.runtime });
    });
    after(async () => {
      await lab?.down();
      try {
        await house.assertClean();
      } finally {
        await house[Symbol.asyncDispose]();
      }
    });

    it('says what it is', async () => {
      assert.match(lab.name, /^front-proxy-[0-9a-f]{8}$/);
      assert.equal(lab.runtime, place.runtime);
      assert.deepEqual(lab.nodes, ['front-envoy', 'service1', 'service2']);
      const { sandbox, mode, createdAt, nodes } = await lab.ps();
      assert.equal(sandbox, 'front-proxy');
      assert.equal(mode, lab.mode);
      assert.ok(Math.abs(Date.now() - createdAt.getTime()) < 600_000);
      const rows = nodes.flatMap((node) =>
        node.containers.map(({ kind, engine, image, state }) => [node.name, kind, engine ?? image, state]),
      );
      assert.deepEqual(rows, [
        ['front-envoy-1', 'engine', 'ts', 'ready'],
        ['service1-1', 'app', 'hello', 'ready'],
        ['service1-1', 'engine', 'ts', 'ready'],
        ['service2-1', 'app', 'hello', 'ready'],
        ['service2-1', 'engine', 'ts', 'ready'],
      ]);
      const summaries = await labs({ env: house.env });
      assert.deepEqual(
        summaries.map(({ lab: name, nodes: count, containers: all }) => [name, count, all]),
        [[lab.name, 3, 5]],
      );
    });

    it('answers curl', async () => {
      const answer = await lab.curl('http://front-envoy:8080/service/1');
      assert.equal(answer.exitCode, 0);
      assert.equal(answer.status, 200);
      assert.equal(answer.header('Server'), 'envoy');
      assert.equal(answer.header('x-none'), undefined);
      assert.match(answer.body, /^Hello from behind Envoy \(service 1\)! hostname service1-1 /);
      assert.equal(answer.transfers.length, 1);
      assert.equal(answer.command, 'curl http://front-envoy:8080/service/1');
      assert.throws(() => answer.json(), isError('check', /no JSON, it begins with "Hello/));
    });

    it('answers several URLs, curl’s own options, and from inside a node', async () => {
      const both = await lab.curl(['http://front-envoy:8080/service/1', 'http://front-envoy:8080/service/2']);
      assert.deepEqual(
        both.transfers.map(({ body }) => /\(service \d\)/.exec(body)?.[0]),
        ['(service 1)', '(service 2)'],
      );
      assert.equal(both.body, both.transfers[1]!.body);
      const head = await lab.curl(['-I', '-H', 'x-a: b', 'http://service2:8000/service/2']);
      assert.equal(head.status, 200);
      const inside = await lab.curl('http://localhost:8000/headers', { from: 'service2' });
      assert.equal(inside.status, 200);
      assert.ok(inside.json<Record<string, unknown>>());
    });

    it('gives a request that fails as an answer', async () => {
      const refused = await lab.curl('http://front-envoy:9/');
      assert.deepEqual([refused.exitCode, refused.status, refused.body], [7, 0, '']);
      assert.match(refused.stderr, /curl: \(7\)/);
      const gone = await lab.curl('http://front-envoy:8080/nowhere');
      assert.deepEqual([gone.exitCode, gone.status], [0, 404]);
    });

    it('runs commands', async () => {
      const script = 'cat; echo "$A" >&2; exit 3';
      const argv = ['sh', '-c', script];
      const ran = await lab.exec('service1', argv, { stdin: 'in', env: { A: 'b' }, container: 'app' });
      assert.deepEqual([ran.exitCode, ran.stdout, ran.stderr], [3, 'in', 'b\n']);
      const streamed = await lab.exec('service1-1', ['cat'], { stdin: Readable.from(['a', 'b']) });
      assert.equal(streamed.stdout, 'ab');
      const unread = await lab.exec('service1', ['true'], { stdin: 'x'.repeat(1 << 20) });
      assert.equal(unread.exitCode, 0);
      assert.equal((await lab.exec('service1', ['no-such-program'])).exitCode, 127);
      const failing = new Readable({ read: () => failing.destroy(new Error('no more')) });
      await assert.rejects(lab.exec('service1', ['cat'], { stdin: failing }), { message: 'no more' });
    });

    it('ends a command that takes too long, and one whose signal aborts', async () => {
      const sleep = ['sleep', '1000'];
      await assert.rejects(
        lab.exec('service1', sleep, { timeoutMs: 100 }),
        isError('runtime', /^sleep 1000 in service1 did not end within 100 ms$/),
      );
      await assert.rejects(
        lab.exec('service1', sleep, { signal: AbortSignal.timeout(100) }),
        isError('interrupted', /^interrupted: /),
      );
      await assert.rejects(
        lab.curl('http://service1:8000/', { signal: AbortSignal.abort('enough') }),
        isError('interrupted', /^interrupted: enough$/),
      );
    });

    it('dials ports, published or not, until they are closed', async () => {
      const admin = await lab.dial('front-envoy', 8001);
      const ready = () => fetch(`http://${admin.host}:${admin.port}/ready`, { signal: soon() });
      assert.equal(await (await ready()).text(), 'LIVE\n');
      await admin.close();
      await assert.rejects(ready());
      await assert.rejects(lab.dial('front-envoy', 9), (error: Error) => {
        return isError('runtime', /9/)(error) && (error.cause as { code?: string }).code === 'ECONNREFUSED';
      });
    });

    it('says where published ports are', async () => {
      const port = await lab.port('front-envoy', 'http');
      assert.equal(await lab.port('front-envoy', 8080), port);
      assert.equal(await lab.url('front-envoy', 8080), `http://127.0.0.1:${port}`);
      assert.match(await lab.url('front-envoy', 'https'), /^https:\/\/127\.0\.0\.1:\d+$/);
      const page = await fetch(`${await lab.url('front-envoy', 'http')}/service/1`, { signal: soon() });
      assert.equal(page.status, 200);
      await assert.rejects(lab.port('service1', 8000), isError('usage', /service1-1 does not publish/));
    });

    it('reads stats and files', async () => {
      const before = (await lab.stats('front-envoy')).get('cluster.service1.upstream_rq_total');
      await lab.curl('http://front-envoy:8080/service/1');
      const stats = await lab.stats('front-envoy', /^cluster\.service1\.upstream_rq_total$/);
      assert.deepEqual([...stats], [['cluster.service1.upstream_rq_total', Number(before) + 1]]);
      const config = await lab.readFile('front-envoy', '/etc/envoy/envoy.yaml');
      assert.match(Buffer.from(config).toString(), /static_resources/);
    });

    it('follows logs and events until the loop is left', async () => {
      const waiting = (async () => {
        for await (const line of lab.logs('service1', { follow: true, tail: 0, signal: soon() })) {
          if (line.container === 'app' && line.text.includes('/service/1?log')) return line;
        }
        throw new Error('the log ended');
      })();
      // A line may come before the log is followed: ask until one is seen.
      let seen = false;
      waiting.finally(() => {
        seen = true;
      });
      while (!seen) await lab.curl('http://front-envoy:8080/service/1?log');
      assert.equal((await waiting).node, 'service1-1');
      for await (const event of lab.events({ signal: soon() })) {
        assert.equal(event.kind === 'container' && event.state, 'ready');
        break;
      }
      for await (const line of lab.logs([])) assert.fail(`an empty list means no node, but: ${line.text}`);
    });

    it('scales, kills, starts, stops, pauses, and proxies know of it', async () => {
      await lab.scale({ service1: 2 });
      await lab.settled();
      const bodies = await Promise.all(
        Array.from({ length: 8 }, async () => (await lab.curl('http://front-envoy:8080/service/1')).body),
      );
      const hosts = bodies.map((body) => /hostname (\S+)/.exec(body)?.[1]);
      assert.deepEqual([...new Set(hosts)].sort(), ['service1-1', 'service1-2']);
      assert.deepEqual(await lab.kill('service1-2', { container: 'app' }), ['service1-2']);
      for await (const event of lab.events({ signal: soon() })) {
        if (event.kind === 'container' && event.node === 'service1-2' && event.state === 'exited') break;
      }
      await lab.start('service1-2');
      assert.deepEqual(await lab.stop([]), []);
      assert.deepEqual(await lab.stop('service1'), ['service1-1', 'service1-2']);
      const { nodes } = await lab.ps();
      const states = nodes
        .filter(({ group }) => group === 'service1')
        .flatMap(({ containers }) => containers);
      assert.deepEqual([...new Set(states.map(({ state }) => state))], ['stopped']);
      await lab.start('service1');
      assert.deepEqual(await lab.pause('service2'), ['service2-1']);
      assert.deepEqual(await lab.unpause('service2'), ['service2-1']);
      assert.deepEqual(await lab.restart('service2'), ['service2-1']);
      await lab.scale({ service1: 1 });
      await lab.settled();
      assert.equal((await lab.curl('http://front-envoy:8080/service/1')).status, 200);
    });

    it('runs checks, and tells of each', async () => {
      const told: string[] = [];
      const results = await lab.check('service 1 answers', { onResult: ({ name }) => told.push(name) });
      assert.ok(results.length > 0 && results.every(({ ok }) => ok));
      assert.deepEqual(
        told,
        results.map(({ name }) => name),
      );
    });

    it('refuses what does not exist, with a did-you-mean', async () => {
      await assert.rejects(lab.exec('servce1', ['ls']), isError('usage', /no node "servce1"/, /service1/));
      await assert.rejects(lab.exec('service1', []), isError('usage', /no command/));
      await assert.rejects(
        lab.stats('service1', undefined, { container: 'sidecr' }),
        isError('usage', /no container "sidecr"/, /sidecar/),
      );
      await assert.rejects(lab.scale({ service1: 1.5 }), isError('usage', /1\.5/));
      await assert.rejects(lab.check('no such check'), isError('usage', /no check "no such check"/));
      await assert.rejects(lab.kill('service1', { container: 'ap' }), isError('usage', /"ap"/, /app/));
    });

    it('is attached to by name, and runs on when that is let go of', async () => {
      const attached = await open(lab.name, { env: house.env });
      assert.equal((await attached.curl('http://service2:8000/')).status, 200);
      await attached[Symbol.asyncDispose]();
      await assert.rejects(attached.ps(), isError('usage', /was let go of/, /open it again/));
      assert.equal((await lab.curl('http://service2:8000/')).status, 200);
      await assert.rejects(
        open('front-prxy', { env: house.env }),
        isError('usage', /no lab "front-prxy" is running/),
      );
    });
  });
}

describe('the library', () => {
  const house = new Household();
  after(() => house[Symbol.asyncDispose]());
  const sleeper = (folder: string, container = '{ command: [sleep, "1000"] }') =>
    house.sandbox(folder, {
      'sandbox.yaml': `name: box\nnodes:\n  web:\n    containers:\n      app: ${container}\n`,
    });

  it('runs labs of one sandbox side by side, and takes each away when it is disposed', async () => {
    const folder = sleeper('Side By Side');
    {
      const options = { env: house.env };
      await using one = await up(folder, options);
      await using two = await up(pathToFileURL(`${folder}/sandbox.yaml`), options);
      assert.match(one.name, /^side-by-side-[0-9a-f]{8}$/);
      assert.notEqual(one.name, two.name);
      assert.equal((await labs(options)).length, 2);
    }
    await house.assertClean();
  });

  it('changes a lab of a pinned name, tells its events and prints nothing', async () => {
    const folder = sleeper('pinned');
    const events: string[] = [];
    const onEvent = ({ kind }: { readonly kind: string }) => events.push(kind);
    const lab = await house.up(folder, { name: 'pinned', onEvent });
    const again = await house.up(folder, { name: 'pinned', scale: { web: 2 } });
    assert.deepEqual(
      (await lab.ps()).nodes.map(({ name }) => name),
      ['web-1', 'web-2'],
    );
    assert.ok(events.includes('choice') && events.includes('container') && events.includes('lab'));
    await again.down();
    // Another took it away.
    await lab.down();
    await lab.down();
    await assert.rejects(lab.ps(), isError('usage', /pinned was let go of/, /it is down/));
    await house.assertClean();
  });

  it('leaves nothing of a lab that does not come up', async () => {
    const dying = sleeper('dying', '{ command: [sh, -c, "echo no >&2; exit 3"] }');
    await assert.rejects(house.up(dying), isError('runtime', /web-1\/app exited with 3[\s\S]*no/));
    await assert.rejects(
      house.up(sleeper('never', '{ command: [sleep, "1000"], ready: { tcp: 8080 } }'), { timeoutMs: 300 }),
      isError('runtime', /web-1\/app is not ready after 0\.3 s/),
    );
    await house.assertClean();
  });

  it('keeps one that does not come up when it is told to', async () => {
    const folder = sleeper('kept', '{ command: [sh, -c, "exit 3"] }');
    await assert.rejects(house.up(folder, { name: 'kept', keep: true }), isError('runtime', /exited with 3/));
    await using lab = await open('kept', { env: house.env });
    assert.equal((await lab.ps()).nodes[0]!.containers[0]!.exitCode, 3);
    await lab.down();
    await house.assertClean();
  });

  it('stops starting when the signal aborts, and is not ended by it later', async () => {
    const never = sleeper('aborted', '{ command: [sleep, "1000"], ready: { tcp: 8080 } }');
    const abort = new AbortController();
    const onEvent = (event: { kind: string }) => {
      if (event.kind === 'container') abort.abort(new Error('no time'));
    };
    await assert.rejects(house.up(never, { signal: abort.signal, onEvent }), isError('interrupted', /^/));
    await house.assertClean();
    const late = new AbortController();
    await using lab = await house.up(sleeper('late'), { signal: late.signal });
    late.abort();
    assert.equal((await lab.exec('web', ['true'])).exitCode, 0);
  });

  it('gives every mistake of a sandbox with its place', async () => {
    const folder = sleeper('wrong', '{ comand: [sleep] }');
    await assert.rejects(house.up(folder), (error: unknown) => {
      assert.ok(error instanceof DocumentError && error instanceof LabError);
      assert.equal(error.code, 'invalid');
      const [problem] = error.problems;
      assert.equal(problem?.at?.line, 5);
      assert.match(problem?.hint ?? '', /command/);
      return true;
    });
  });

  it('refuses options that name what does not exist', async () => {
    const folder = sleeper('options');
    const wrong: readonly [Parameters<typeof house.up>[1], RegExp][] = [
      [{ name: 'No Name' }, /"No Name" cannot be a lab's name/],
      [{ runtime: 'proces' }, /no runtime "proces"/],
      [{ engine: { wbe: 'ts' } }, /no node "wbe"/],
      [{ scale: { wbe: 2 } }, /no node "wbe"/],
      [{ scale: { web: Number.NaN } }, /web=NaN/],
      [{ publish: { web: { http: 0 } } }, /web:http=0/],
    ];
    for (const [options, message] of wrong) {
      await assert.rejects(house.up(folder, options), isError('usage', message));
    }
    await assert.rejects(house.up('front-prxy'), isError('usage', /no sandbox "front-prxy"/, /front-proxy/));
    await house.assertClean();
  });

  it('keeps no process alive, and installs no signal handlers', async () => {
    const code = `
      import { up } from 'envoy-lab';
      const before = process.eventNames().map(String);
      const lab = await up(${JSON.stringify(sleeper('left'))}, { name: 'left' });
      await lab.dial('web', 1).catch(() => undefined);
      console.log(JSON.stringify(process.eventNames().map(String).filter((name) => !before.includes(name))));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: new URL('../..', import.meta.url),
      env: { ...process.env, ...house.env },
      stdio: ['ignore', 'pipe', 'inherit'],
      signal: soon(),
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
    const [exitCode] = await once(child, 'close');
    assert.equal(exitCode, 0);
    assert.deepEqual(
      (JSON.parse(printed) as string[]).filter((name) => name.startsWith('SIG')),
      [],
    );
    // It was never taken down.
    await (await open('left', { env: house.env })).down();
    await house.assertClean();
  });
});
