import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { execIn } from '../../src/runtime/docker/exec.ts';
import type { NodeObject } from '../../src/runtime/docker/objects.ts';
import { openReach } from '../../src/runtime/docker/reach/open-reach.ts';
import {
  adminAddressOf,
  isReady,
  type ProbeContext,
  untilReady,
} from '../../src/runtime/docker/ready/ready.ts';
import type { ReadyProbe } from '../../src/runtime/node-spec.ts';
import { container as specOf } from '../contract/specs.ts';
import { onEngines } from './engines.ts';
import { nodeObject } from './node-object.ts';

/** Listens when the file /tmp/go is there. */
const LATE = `
const [port, host] = process.argv.slice(1);
let count = 0;
const server = require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/teapot' ? 418 : ++count < 3 ? 503 : 200;
  response.end();
});
const look = () => require('node:fs').existsSync('/tmp/go') ? server.listen(Number(port), host) : setTimeout(look, 5);
look();`;
/** An admin that writes where it is. */
const ADMIN = `
const server = require('node:http').createServer((request, response) => response.end('LIVE'));
server.listen(0, '127.0.0.1', () =>
  require('node:fs').writeFileSync('/tmp/admin.txt', '127.0.0.1:' + server.address().port));`;

await onEngines('readiness', (engine) => {
  let holder: Docker.Container;
  let context: ProbeContext;

  /** A container of a node, with a probe. */
  const start = async (argv: readonly string[], ready: ReadyProbe) => {
    const spec = specOf('app', argv, { ready });
    const container = await engine.run({
      Cmd: [...argv],
      HostConfig: { NetworkMode: `container:${holder.id}` },
    });
    const node = await nodeObject(holder, [{ container, spec }]);
    const run = async (code: string) => {
      await using session = await execIn(engine.docker, container.id, { argv: ['sh', '-c', code] });
      assert.equal(await session.exitCode, 0);
    };
    const asks = (signal = AbortSignal.timeout(20_000)) =>
      [context, node, node.containers[0]!, signal] as const;
    return { container, node, asks, run };
  };
  const becomesReady = async (node: NodeObject, signal = AbortSignal.timeout(20_000)) =>
    untilReady(context, node, node.containers[0]!, signal);

  before(async () => {
    holder = await engine.run({ HostConfig: { NetworkMode: await engine.network() } });
    context = { docker: engine.docker, reach: openReach(engine.docker) };
  });
  after(async () => {
    await context.reach[Symbol.asyncDispose]();
    await engine.dispose();
  });

  const servers: readonly [string, string, ReadyProbe][] = [
    ['a port', '0.0.0.0', { kind: 'tcp', port: 8081 }],
    ['a port of the loopback', '127.0.0.1', { kind: 'tcp', port: 8082 }],
    ['an answer', '0.0.0.0', { kind: 'http', port: 8083, path: '/' }],
    ['an answer with a status', '127.0.0.1', { kind: 'http', port: 8084, path: '/teapot', status: 418 }],
  ];
  for (const [what, host, ready] of servers) {
    it(`waits for ${what}`, { timeout: 30_000 }, async () => {
      const { port } = ready as { port: number };
      const { node, asks, run } = await start(['node', '-e', LATE, String(port), host], ready);
      assert.equal(await isReady(...asks()), false);
      const waiting = becomesReady(node);
      await run('touch /tmp/go');
      assert.equal(await waiting, true);
      assert.equal(await isReady(...asks()), true);
    });
  }

  it('waits for a command to succeed', async () => {
    const ready = { kind: 'exec', argv: ['test', '-e', '/tmp/go'] } as const;
    const { node, asks, run } = await start(['sleep', 'infinity'], ready);
    assert.equal(await isReady(...asks()), false);
    const waiting = becomesReady(node);
    await run('touch /tmp/go');
    assert.equal(await waiting, true);
  });

  it('waits for a line of the present life', { timeout: 30_000 }, async () => {
    const code =
      'if [ -e /tmp/was ]; then while [ ! -e /tmp/go ]; do sleep 0.02; done; fi; touch /tmp/was; echo server 42 up; sleep 1000';
    const { container, node, asks, run } = await start(['sh', '-c', code], {
      kind: 'log',
      pattern: '^server \\d+ up$',
    });
    assert.equal(await becomesReady(node), true);
    assert.equal(await isReady(...asks()), true);
    // Podman knows the second of a line only.
    await delay(1000);
    await container.restart({ t: 0 });
    assert.equal(await isReady(...asks()), false);
    const waiting = becomesReady(node);
    await run('touch /tmp/go');
    assert.equal(await waiting, true);
  });

  it('waits for a line that has no end yet', {
    skip: engine.name === 'docker' && 'Docker keeps a line when it has ended',
  }, async () => {
    const { node, asks } = await start(['sh', '-c', 'printf "login: "; sleep 1000'], {
      kind: 'log',
      pattern: '^login: $',
    });
    assert.equal(await becomesReady(node), true);
    assert.equal(await isReady(...asks()), true);
  });

  it('finds an admin by the file that names it, or by its known address', async () => {
    const { node, asks } = await start(['node', '-e', ADMIN], {
      kind: 'admin',
      addressFile: '/tmp/admin.txt',
    });
    assert.equal(await becomesReady(node), true);
    assert.equal(await isReady(...asks()), true);
    const admin = await adminAddressOf(context, node.containers[0]!);
    assert.equal(admin?.host, '127.0.0.1');
    assert.ok(admin.port > 0);
    const known = (address: { host: string; port: number }) => ({
      ...node.containers[0]!,
      spec: specOf('app', [], { ready: { kind: 'admin', addressFile: '/none', address } }),
    });
    assert.equal(await isReady(context, node, known(admin), AbortSignal.timeout(5000)), true);
    const everywhere = known({ host: '0.0.0.0', port: 9901 });
    assert.deepEqual(await adminAddressOf(context, everywhere), { host: '127.0.0.1', port: 9901 });
    assert.equal(await isReady(context, node, everywhere, AbortSignal.timeout(5000)), false);
    const unknown = { ...node.containers[0]!, spec: specOf('app', []) };
    assert.equal(await adminAddressOf(context, unknown), undefined);
  });

  it('ends when nobody waits any more, and when the container is gone says no', {
    timeout: 30_000,
  }, async () => {
    const probes: ReadyProbe[] = [
      { kind: 'tcp', port: 8099 },
      { kind: 'http', port: 8099, path: '/' },
      { kind: 'log', pattern: 'never' },
      { kind: 'exec', argv: ['sleep', '1000'] },
      { kind: 'admin', addressFile: '/none' },
    ];
    const { container, node } = await start(['sleep', 'infinity'], { kind: 'started' });
    const probed = (ready: ReadyProbe) => ({ ...node.containers[0]!, spec: specOf('app', [], { ready }) });
    assert.equal(await becomesReady(node), true);
    for (const probe of probes) {
      assert.equal(
        await untilReady(context, node, probed(probe), AbortSignal.timeout(100)),
        false,
        probe.kind,
      );
    }
    await container.remove({ force: true });
    for (const probe of probes) {
      assert.equal(await isReady(context, node, probed(probe), AbortSignal.timeout(3000)), false, probe.kind);
    }
  });
});
