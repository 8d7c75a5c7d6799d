import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type Docker from 'dockerode';
import { EngineClient } from '../../src/runtime/docker/endpoint/engine-client.ts';
import { findEngine } from '../../src/runtime/docker/endpoint/find.ts';
import { DockerRuntime } from '../../src/runtime/docker/runtime.ts';
import type { RunningLab } from '../../src/runtime/runtime.ts';
import { type DockerSubject, dockerSubject, type EngineName, engineRefusal } from './docker-subject.ts';
import { identity, owner } from './identity.ts';
import { container, httpServer, idle, node } from './specs.ts';
import { eventually, get, startAll, state } from './talk.ts';

/**
 * A way to an engine that breaks when it is asked for something. What it was asked before that it goes on with, though
 * nobody hears the answer: disposing of the way waits until that is done.
 */
async function breakable(
  endpoint: string,
  request: RegExp,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-engine-'));
  const path = join(folder, 'engine.sock');
  const clients = new Set<Socket>();
  const engine = new Map<Socket, Promise<unknown>>();
  const server = createServer((near) => {
    const far = connect(endpoint.replace(/^unix:\/\//, ''));
    clients.add(near);
    near.on('close', () => clients.delete(near)).on('error', () => {});
    const closed = new Promise<void>((resolve) => far.on('close', resolve).on('error', () => {}));
    engine.set(
      far,
      closed.then(() => engine.delete(far)),
    );
    near.on('data', (chunk) => {
      if (request.test(String(chunk))) cut();
      else far.write(chunk);
    });
    near.on('end', () => far.end());
    far.on('data', (chunk) => near.writable && near.write(chunk));
    far.on('end', () => near.end());
  }).listen(path);
  await once(server, 'listening');
  const cut = () => {
    server.close();
    for (const near of clients) near.destroy();
    // It closes when it has answered.
    for (const far of engine.keys()) far.end();
  };
  return {
    url: `unix://${path}`,
    [Symbol.asyncDispose]: async () => {
      cut();
      await Promise.all(engine.values());
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What only containers of an engine can get into. */
function edges({ runtime, docker, base, assertNothingLeft, dispose }: DockerSubject): void {
  const foreign = async (options: Docker.ContainerCreateOptions) => {
    const made = await docker.createContainer({ Image: base, Entrypoint: ['sleep', '1000'], ...options });
    return { [Symbol.asyncDispose]: async () => void (await made.remove({ force: true })) };
  };
  const inLab = async (word: string, use: (lab: RunningLab, name: string) => Promise<void>) => {
    const who = identity(word);
    const lab = await runtime.create(who);
    try {
      await use(lab, who.lab);
    } finally {
      await lab.remove();
      await assertNothingLeft();
    }
  };
  after(dispose);

  it('names a foreign container that has the name of one of its own, and leaves it alone', () =>
    inLab('foreign', async (lab, name) => {
      for (const taken of [`${name}.web-1`, `${name}.web-1.app`]) {
        await withResource(await foreign({ name: taken }), async () => {
          await assert.rejects(lab.create([node('web', [container('app', idle)])]), {
            code: 'runtime',
            message: new RegExp(`there is a container ${taken} already, which is not envoy-lab's`),
            hint: /--name/,
          });
          assert.equal(
            (await docker.getContainer(taken).inspect()).Config.Labels?.['io.envoy-lab.lab'],
            undefined,
          );
          assert.deepEqual((await lab.observe()).nodes, []);
        });
      }
    }));

  it('names a foreign network that has the name of one of its own, and leaves it alone', async () => {
    const who = identity('foreign-net', ['default', 'back']);
    const network = await docker.createNetwork({ Name: `${who.lab}.back` });
    try {
      await assert.rejects(runtime.create(who), {
        code: 'runtime',
        message: new RegExp(`there is a network ${who.lab}.back already, which is not envoy-lab's`),
        hint: /--name/,
      });
      assert.equal(await runtime.open(who.lab), undefined);
      await network.inspect();
    } finally {
      await network.remove();
    }
    await assertNothingLeft();
  });

  it('finds what a killed up left, and goes on or takes it away', () =>
    inLab('killed', async (lab, name) => {
      const spec = node('web', [container('app', idle), container('other', idle)]);
      await lab.create([spec]);
      // Killed after it had made one of two containers, and before the holder was started.
      await docker.getContainer(`${name}.web-1.other`).remove({ force: true });
      await docker.getContainer(`${name}.web-1`).kill();
      const again = (await runtime.open(name))!;
      const [found] = (await again.observe()).nodes;
      assert.deepEqual(
        found!.containers.map((one) => `${one.name} ${one.state}`),
        ['app created'],
      );
      await again.update([spec]);
      await startAll(again, [spec]);
      assert.deepEqual((await again.observe()).nodes[0]!.spec, spec);
    }));

  it('makes room where a container has lost its holder', () =>
    inLab('orphan', async (lab, name) => {
      const spec = node('web', [container('app', idle)]);
      await lab.create([spec]);
      const leftover = await docker.getContainer(`${name}.web-1.app`).inspect();
      await docker.getContainer(leftover.Id).remove({ force: true });
      await docker.getContainer(`${name}.web-1`).remove({ force: true });
      const { Labels } = leftover.Config;
      await foreign({ name: `${name}.web-1.app`, Labels });
      assert.deepEqual((await lab.observe()).nodes, []);
      await lab.create([spec]);
      await startAll(lab, [spec]);
    }));

  it('sweeps containers whose lab has no network any more, of its owner only', async () => {
    const who = identity('swept');
    const lab = await runtime.create(who);
    await lab.create([node('web', [container('app', idle)])]);
    const { Labels } = (await docker.getContainer(`${who.lab}.web-1.app`).inspect()).Config;
    await lab.remove();
    const others = { ...Labels, 'io.envoy-lab.owner': 'somebody-else' };
    await withResource(await foreign({ name: `${who.lab}.others`, Labels: others }), async () => {
      await foreign({ name: `${who.lab}.web-1.app`, Labels });
      assert.deepEqual(await runtime.sweep(who.lab), [who.lab]);
      await assert.rejects(docker.getContainer(`${who.lab}.web-1.app`).inspect(), { statusCode: 404 });
      await docker.getContainer(`${who.lab}.others`).inspect();
    });
    await assertNothingLeft();
  });

  it('tells that a node ends with its holder, and starts it again', () =>
    inLab('holder', async (lab, name) => {
      const publish = [{ name: 'http', port: 8080, protocol: 'tcp', hostPort: 0, pinned: false }] as const;
      const spec = node('web', [httpServer('node', 'app', 8080), container('side', idle)], { publish });
      await lab.create([spec]);
      await startAll(lab, [spec]);
      const ended = state(lab, 'web-1', 'app', 'exited');
      await docker.getContainer(`${name}.web-1`).kill();
      await ended;
      const [found] = (await lab.observe()).nodes;
      assert.deepEqual(found!.addresses, {});
      assert.deepEqual(
        found!.containers.map((one) => one.state),
        ['exited', 'exited'],
      );
      await startAll(lab, [spec]);
      const { hostPort } = found!.published[0]!;
      assert.deepEqual((await lab.observe()).nodes[0]!.published, found!.published);
      assert.match(await get(hostPort), /^hello web-1/);
    }));

  it('leaves the others of a node alone when one of its containers dies', () =>
    inLab('dies', async (lab) => {
      const spec = node('web', [httpServer('node', 'app', 8080), container('mortal', idle)]);
      await lab.create([spec]);
      await startAll(lab, [spec]);
      const before = (await lab.observe()).nodes[0]!.containers[0]!.pid;
      await lab.kill('web-1', 'mortal', 'SIGKILL');
      await state(lab, 'web-1', 'mortal', 'exited');
      assert.equal((await lab.observe()).nodes[0]!.containers[0]!.pid, before);
      await withResource(await lab.dial('web-1', 8080), async ({ port }) => {
        assert.match(await get(port), /^hello web-1/);
      });
    }));

  it('remembers what was stopped, one container or all, without anything but the engine', () =>
    inLab('stopped', async (lab, name) => {
      const spec = node('web', [container('a', idle), container('b', ['sh', '-c', 'exit 3'])]);
      await lab.create([spec]);
      await lab.start('web-1');
      await state(lab, 'web-1', 'b', 'exited');
      await lab.stop('web-1', ['a']);
      const states = async () =>
        (await (await runtime.open(name))!.observe()).nodes[0]!.containers.map((one) => one.state);
      assert.deepEqual(await states(), ['stopped', 'exited']);
      await lab.stop('web-1');
      assert.deepEqual(await states(), ['stopped', 'stopped']);
      await lab.start('web-1', ['a']);
      assert.deepEqual(await states(), ['ready', 'stopped']);
    }));

  it('watches as another process does: nothing of its own tells it that the lab has gone', async () => {
    const who = identity('watched');
    const lab = await runtime.create(who);
    await lab.create([node('web', [container('app', idle)])]);
    const other = (await runtime.open(who.lab))!;
    const gone = eventually(other, ({ kind }) => kind === 'lab');
    await eventually(other, ({ kind }) => kind === 'container');
    await lab.remove();
    assert.equal((await gone).kind, 'lab');
    await assertNothingLeft();
  });

  it('says that the engine stopped answering, at once, whatever was under way', () =>
    inLab('cut', async (_, name) => {
      await using way = await breakable(runtime.endpoint!, /^POST \/containers\/\w+\/start/);
      const surroundings = {
        env: { DOCKER_HOST: way.url },
        home: undefined,
        uid: 0,
        platform: process.platform,
      };
      const client = new EngineClient(() => findEngine(surroundings));
      const far = (await new DockerRuntime({ client, owner }).open(name))!;
      const watching = assert.rejects(
        eventually(far, ({ kind }) => kind === 'lab'),
        { code: 'runtime', message: new RegExp(`watch lab ${name}|tells no more of lab ${name}`) },
      );
      await assert.rejects(far.create([node('web', [container('app', idle)])]), {
        code: 'runtime',
        message: /the container engine does not answer/,
        hint: /doctor/,
      });
      await watching;
      await assert.rejects(far.observe(), { code: 'runtime', message: /does not answer/ });
    }));

  it('names the container that has a pinned port', () =>
    inLab('pinned', async (lab) => {
      const port = { name: 'http', port: 80, protocol: 'tcp', hostPort: 0, pinned: false } as const;
      await lab.create([node('first', [container('app', idle)], { publish: [port] })]);
      const { hostPort } = (await lab.observe()).nodes[0]!.published[0]!;
      const pinned = node('second', [container('app', idle)], {
        publish: [{ ...port, hostPort, pinned: true }],
      });
      await assert.rejects(lab.create([pinned]), {
        code: 'runtime',
        message: new RegExp(`port ${hostPort}/tcp .* is taken by node first-1 of lab contract-pinned`),
      });
    }));
}

async function withResource<T extends AsyncDisposable>(
  resource: T,
  use: (resource: T) => Promise<void>,
): Promise<void> {
  await using held = resource;
  await use(held);
}

for (const name of ['docker', 'podman'] satisfies EngineName[]) {
  const reason = await engineRefusal(name);
  const what = `the docker runtime's edges on ${name}`;
  if (reason !== undefined) {
    it(what, { skip: reason });
    continue;
  }
  const subject = await dockerSubject(name);
  describe(what, () => edges(subject));
}
