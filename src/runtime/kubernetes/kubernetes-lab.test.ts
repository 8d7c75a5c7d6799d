import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { RuntimeEvent } from '../runtime.ts';
import { container, node } from '../specs.fake.ts';
import { Agent } from './agent/agent.ts';
import { Api } from './api/api.ts';
import type { ConfigMap, Pod } from './api/objects.ts';
import { WebSocketClient } from './api/web-socket.ts';
import { FakeApiServer } from './api-server.fake.ts';
import { identity } from './identity.fake.ts';
import { KubernetesLab } from './kubernetes-lab.ts';
import { labRecord, nodeRecord, nodeRecordOf } from './records.ts';

const namespace = 'ns';
const pods = '/api/v1/namespaces/ns/pods';
const maps = '/api/v1/namespaces/ns/configmaps';

const running = (pod: Pod): Pod['status'] => ({
  phase: 'Running',
  podIP: '10.0.0.1',
  containerStatuses: pod.spec.containers.map(({ name }) => ({
    name,
    ready: true,
    state: { running: { startedAt: new Date().toISOString() } },
  })),
});

const waiting =
  (reason: string, message: string) =>
  (pod: Pod): Pod['status'] => ({
    phase: 'Pending',
    containerStatuses: pod.spec.containers.map(({ name }) => ({
      name,
      ready: false,
      state: { waiting: { reason, message } },
    })),
  });

/** The connection of a command that ends with such a code. */
function failing(stderr: string, code: number): WebSocketClient {
  const message = (channel: number, text: string) => {
    const head = Buffer.from([0x82, 126, 0, 0, channel]);
    head.writeUInt16BE(text.length + 1, 2);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const causes = [{ reason: 'ExitCode', message: String(code) }];
  const status = JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes } });
  const said = Buffer.concat([message(2, stderr), message(3, status)]);
  return new WebSocketClient(new PassThrough(), said);
}

describe('a lab on Kubernetes, in trouble', () => {
  let server: FakeApiServer;
  let api: Api;
  let lab: KubernetesLab;
  let stateDir: string;

  beforeEach(async () => {
    server = new FakeApiServer();
    server.run = running;
    await server.listen();
    api = new Api(server.access);
    stateDir = mkdtempSync(join(tmpdir(), 'envoy-lab-test-state-'));
    const at = { api, identity, namespace, ownsNamespace: false };
    const agent = new Agent({ command: [], stateDir, env: {}, place: { kubeconfig: '' } }, at);
    lab = new KubernetesLab(at, agent, {});
    await api.json('POST', maps, { body: labRecord(identity, 1) });
  });
  afterEach(async () => {
    api.close();
    await server.close();
    rmSync(stateDir, { recursive: true, force: true });
  });

  const web = () => node('web', [container('app', ['sleep', '1'])]);
  const event = (message: string, reason: string) =>
    server.put(`/api/v1/namespaces/ns/events/${reason}`, {
      kind: 'Event',
      metadata: { name: reason },
      ...{ type: 'Warning', reason, message, involvedObject: { kind: 'Pod', name: 'web-1' } },
    });

  it('says what it is made of, and makes a pod when it is started', async () => {
    await lab.create([web()]);
    assert.equal(server.object(`${pods}/web-1`), undefined);
    assert.equal((await lab.observe()).nodes[0]!.containers[0]!.state, 'created');
    await lab.start('web-1');
    const { nodes } = await lab.observe();
    assert.deepEqual(nodes[0]!.spec, web());
    assert.equal(nodes[0]!.containers[0]!.state, 'ready');
    assert.deepEqual(nodes[0]!.addresses, { default: '10.0.0.1' });
    await assert.rejects(lab.create([web()]), { code: 'usage', message: /web-1 exists already/ });
  });

  it('tells that an image cannot be pulled, with the events of the pod', async () => {
    server.run = waiting('ErrImagePull', 'failed to pull: not found');
    event('Failed to pull image "x": not found', 'Failed');
    await lab.create([web()]);
    await assert.rejects(lab.start('web-1'), {
      code: 'runtime',
      message:
        /web-1\/app does not start: its image cannot be pulled \(ErrImagePull, image .*not found[\s\S]*web-1 \| Warning Failed: Failed to pull image/,
      hint: /ENVOY_LAB_IMAGE_NODE/,
    });
  });

  it('tells that a program is not in its image, and keeps its code', async () => {
    const message = 'exec: "nosuch": executable file not found in $PATH';
    server.run = (pod) => ({
      phase: 'Failed',
      containerStatuses: pod.spec.containers.map(({ name }) => ({
        name,
        ready: false,
        state: { terminated: { exitCode: 128, reason: 'StartError', message } },
      })),
    });
    await lab.create([web()]);
    await assert.rejects(lab.start('web-1'), {
      code: 'runtime',
      message: /web-1\/app did not start: no such program.*nosuch/,
    });
    const [observed] = (await lab.observe()).nodes[0]!.containers;
    assert.deepEqual([observed!.state, observed!.exitCode], ['exited', 127]);
  });

  it('tells that a quota is used up', async () => {
    server.refuse = (method, path) =>
      method === 'POST' && path === pods
        ? {
            status: 403,
            reason: 'Forbidden',
            message:
              'pods "web-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
          }
        : undefined;
    await lab.create([web()]);
    await assert.rejects(lab.start('web-1'), {
      code: 'runtime',
      message: /start web-1: the namespace's quota is used up .*exceeded quota: small/,
      hint: /--namespace/,
    });
  });

  it('tells that the user has no right', async () => {
    server.refuse = (method, path) =>
      method === 'POST' && path === maps
        ? {
            status: 403,
            reason: 'Forbidden',
            message:
              'configmaps is forbidden: User "eve" cannot create resource "configmaps" in API group ""',
          }
        : undefined;
    await assert.rejects(lab.create([web()]), {
      code: 'runtime',
      message: /the cluster does not allow it .*User "eve"/,
      hint: /ask whoever runs the cluster/,
    });
  });

  it('tells that a log that would say when a container is ready may not be read', async () => {
    const ready = { kind: 'log', pattern: 'listening' } as const;
    await lab.create([node('web', [container('app', ['sleep', '1'], { ready })])]);
    await lab.start('web-1');
    const message = 'pods "web-1" is forbidden: User "eve" cannot get resource "pods/log" in API group ""';
    server.refuse = (_method, path) =>
      path.endsWith('/log') ? { status: 403, reason: 'Forbidden', message } : undefined;
    const watching = async () => {
      for await (const seen of lab.watch(AbortSignal.timeout(5000))) assert.equal(seen.kind, 'container');
    };
    await assert.rejects(watching(), {
      code: 'runtime',
      message: /the log of web-1\/app: the cluster does not allow it .*"pods\/log"/,
      hint: /ask whoever runs the cluster/,
    });
  });

  it('asks again for a log that a machine does not give for a while', async () => {
    const ready = { kind: 'log', pattern: 'listening' } as const;
    await lab.create([node('web', [container('app', ['sleep', '1'], { ready })])]);
    await lab.start('web-1');
    server.texts.set(`${pods}/web-1/log`, '2026-01-01T00:00:00Z listening\n');
    let left = 1;
    server.refuse = (_method, path) =>
      path.endsWith('/log') && left-- > 0 ? { status: 500, message: 'dial tcp: refused' } : undefined;
    const states: string[] = [];
    for await (const seen of lab.watch(AbortSignal.timeout(10_000))) {
      if (seen.kind === 'container') states.push(seen.state);
      if (states.at(-1) === 'ready') break;
    }
    assert.deepEqual(states, ['starting', 'ready']);
  });

  it('tells that a container that is held back cannot be let go, and does not call it started', async () => {
    await lab.create([node('web', [container('app', ['sleep', '1']), container('side', ['sleep', '1'])])]);
    await lab.start('web-1', ['app']);
    const argv: unknown[] = [];
    api.webSocket = async (_path, { command }) => {
      argv.push(command);
      return failing('no space left', 2);
    };
    await assert.rejects(lab.start('web-1', ['side']), {
      code: 'runtime',
      message: 'web-1/side is held back and cannot be let go: no space left',
      hint: /stop web-1 and start it again/,
    });
    assert.deepEqual(argv, [['sh', '-c', ': > "$0"', '/envoy-lab-gate/side']]);
    const states = (await lab.observe()).nodes[0]!.containers.map(({ state }) => state);
    assert.deepEqual(states, ['ready', 'created']);
  });

  it('tells that a record says nothing of a pod', async () => {
    await lab.create([web()]);
    const path = `${maps}/envoy-lab.node.web-1`;
    const stored = server.object<ConfigMap>(path)!;
    const { pod: _, ...rest } = nodeRecordOf(stored);
    server.put(path, { ...stored, ...nodeRecord(identity, rest) });
    await assert.rejects(lab.start('web-1'), {
      code: 'runtime',
      message: /record of node web-1 does not say/,
      hint: /envoy-lab down/,
    });
  });

  it('tells that a file of this machine cannot be read, as other runtimes do', async () => {
    const files = [{ path: '/a', from: { hostPath: '/nowhere/a' } }];
    await assert.rejects(lab.create([node('web', [container('app', ['sleep', '1'], { files })])]), {
      code: 'runtime',
      message: /cannot read \/nowhere\/a/,
    });
  });

  it('keeps of what nodes need just that', async () => {
    const files = [{ path: '/a.txt', from: { content: 'a' } }];
    const config = (name: string) => container(name, ['sleep', '1'], { files });
    await lab.create([
      node('web', [config('app')]),
      node('web-app', [config('x')]),
      node('data-plane', [config('app')]),
    ]);
    const there = () =>
      server
        .paths()
        .map((path) => path.split('/').at(-1)!)
        .filter((name) => !name.startsWith('envoy-lab.'));
    assert.deepEqual(there(), [
      'data-plane-app',
      'web-app',
      'web-app-x',
      'data-plane',
      'data-plane-1',
      'web',
      'web-1',
      'web-app',
      'web-app-1',
    ]);
    await lab.remove(['web-app-1', 'data-plane-1']);
    assert.deepEqual(there(), ['web-app', 'web', 'web-1']);
  });

  it('leaves what another node that changes at the same time needs still', async () => {
    const hostPath = join(stateDir, 'proxy.mjs');
    writeFileSync(hostPath, 'export const run = () => {};');
    const rootfs = { name: 'proxy', programs: [], files: [{ path: '/proxy.mjs', from: { hostPath } }] };
    const proxy = container('proxy', ['proxy'], { kind: 'engine', engine: 'ts', rootfs });
    await lab.create([node('a', [proxy]), node('b', [proxy])]);
    await lab.update([node('a', [container('app', ['sleep', '1'])]), node('b', [proxy], { hash: 'x' })]);
    assert.ok(server.object(`${maps}/trial-data-plane`) !== undefined);
    await lab.update([node('b', [container('app', ['sleep', '1'])])]);
    assert.equal(server.object(`${maps}/trial-data-plane`), undefined);
  });

  it('tells which rule of the namespace or the cluster is against a pod', async () => {
    await lab.create([web()]);
    for (const [said, why, hint] of [
      ['violates PodSecurity "restricted:latest": runAsNonRoot != true', /pod security standard/, /baseline/],
      ['unable to validate against any security context constraint', /security context/, /anyuid/],
      ['maximum cpu usage per Container is 1', /a rule of the cluster is against it/, /limit/],
      ['unable to create new content in namespace ns because it is being terminated', /deleted/, /gone/],
    ] as const) {
      server.refuse = (method, path) =>
        method === 'POST' && path === pods
          ? { status: 403, reason: 'Forbidden', message: `pods "web-1" is forbidden: ${said}` }
          : undefined;
      await assert.rejects(lab.start('web-1'), (error: Error & { hint: string }) => {
        assert.ok(error.message.includes(said), error.message);
        assert.match(error.message, why);
        assert.match(error.hint, hint);
        return true;
      });
    }
  });

  it('makes each thing once where answers are lost', async () => {
    const lost = new Set<string>();
    server.lose = (method, path) => {
      const key = `${method} ${path}`;
      return !path.includes('/events') && !lost.has(key) && lost.add(key) !== undefined;
    };
    await lab.create([web()]);
    await lab.start('web-1');
    assert.equal((await lab.observe()).nodes[0]!.containers[0]!.state, 'ready');
    assert.ok(lost.has(`POST ${maps}`) && lost.has(`POST ${pods}`));
    await lab.remove();
    assert.deepEqual(server.paths(), []);
  });

  it('leaves a pod alone that somebody else has made by that name', async () => {
    await lab.create([web()]);
    server.put(`${pods}/web-1`, { kind: 'Pod', metadata: { name: 'web-1', labels: { app: 'other' } } });
    await assert.rejects(lab.start('web-1'), { code: 'runtime', message: /web-1 .*is not of lab trial/ });
    await lab.remove();
    assert.deepEqual(server.paths(), [`${pods}/web-1`]);
  });

  it('tells that the user is not known', async () => {
    server.refuse = () => ({ status: 401, reason: 'Unauthorized', message: 'Unauthorized' });
    await assert.rejects(lab.observe(), {
      code: 'runtime',
      message: /does not know who you are/,
      hint: /log in/,
    });
  });

  it('leaves alone what is there and is not its own', async () => {
    const service = { kind: 'Service', metadata: { name: 'web', labels: { app: 'other' } } };
    server.put('/api/v1/namespaces/ns/services/web', service);
    await assert.rejects(lab.create([web()]), {
      code: 'runtime',
      message: /Service web is there already in namespace ns, and is not of lab trial/,
    });
    assert.deepEqual(server.object('/api/v1/namespaces/ns/services/web')!.metadata.labels, { app: 'other' });
    await lab.remove();
    assert.deepEqual(server.paths(), ['/api/v1/namespaces/ns/services/web']);
  });

  it('is gone when it is removed, and says so', async () => {
    await lab.create([web()]);
    await lab.start('web-1');
    const events: RuntimeEvent[] = [];
    const watched = (async () => {
      for await (const seen of lab.watch(AbortSignal.timeout(5000))) events.push(seen);
    })();
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await lab.remove();
    await watched;
    assert.deepEqual(server.paths(), []);
    assert.deepEqual({ ...events.at(-1)!, time: 0 }, { kind: 'lab', state: 'removed', time: 0 });
    await assert.rejects(lab.observe(), { code: 'runtime', message: /lab trial is gone/ });
  });

  it('goes on watching after the watch ends, is too old, or the server was away', async () => {
    await lab.create([web()]);
    await lab.start('web-1');
    const events: RuntimeEvent[] = [];
    const over = new AbortController();
    const watched = (async () => {
      for await (const seen of lab.watch(over.signal)) events.push(seen);
    })();
    const until = async (count: number) => {
      const deadline = Date.now() + 10_000;
      while (events.length < count || server.watches < 2) {
        assert.ok(Date.now() < deadline, `${events.length} of ${count} events`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const exits = (exitCode: number) => {
      const pod = server.object<Pod>(`${pods}/web-1`)!;
      const containerStatuses = [{ name: 'app', ready: false, state: { terminated: { exitCode } } }];
      server.put(`${pods}/web-1`, { ...pod, ...{ status: { phase: 'Failed', containerStatuses } } });
    };
    await until(1);
    server.endWatches();
    exits(1);
    await until(2);
    server.failWatches({ status: 410, reason: 'Expired', message: 'too old resource version' });
    exits(2);
    await until(3);
    const { port } = new URL(server.access.server);
    await server.close();
    exits(3);
    await server.listen(Number(port));
    await until(4);
    over.abort();
    await watched;
    assert.deepEqual(
      events.map((seen) => seen.kind === 'container' && [seen.state, seen.exitCode]),
      [
        ['ready', undefined],
        ['exited', 1],
        ['exited', 2],
        ['exited', 3],
      ],
    );
  });

  it('refuses by name what Kubernetes has not', async () => {
    await lab.create([web()]);
    await lab.start('web-1');
    await assert.rejects(lab.pause('web-1'), { code: 'usage', message: /web-1 cannot be paused/ });
    await assert.rejects(lab.exec({ node: 'web-1', argv: ['id'], user: '7' }), {
      code: 'runtime',
      message: /web-1 cannot run as 7: /,
    });
    const publish = [{ name: 'dns', port: 53, protocol: 'udp', hostPort: 0, pinned: false }] as const;
    await assert.rejects(lab.create([node('dns', [], { publish })]), {
      code: 'usage',
      message: /dns-1 publishes 53\/udp/,
    });
  });

  it('knows no node of another lab in the same namespace', async () => {
    const other = { ...identity, lab: 'other' };
    await api.json('POST', maps, { body: labRecord(other, 1) });
    const at = { api, identity: other, namespace, ownsNamespace: false };
    const agent = new Agent({ command: [], stateDir, env: {}, place: { kubeconfig: '' } }, at);
    await new KubernetesLab(at, agent, {}).create([web()]);
    const before = server.object(`${maps}/envoy-lab.node.web-1`);
    await assert.rejects(lab.stop('web-1'), { code: 'usage', message: /no node named web-1/ });
    await assert.rejects(lab.kill('web-1', undefined, 'SIGKILL'), { code: 'usage' });
    assert.deepEqual(server.object(`${maps}/envoy-lab.node.web-1`), before);
  });

  it('names the nodes and containers there are when asked for another', async () => {
    await lab.create([web()]);
    await assert.rejects(lab.start('wbe-1'), { code: 'usage', message: /wbe-1/, hint: /web-1/ });
    await assert.rejects(lab.stop('web-1', ['ap']), { code: 'usage', message: /ap/, hint: /app/ });
    await assert.rejects(lab.exec({ node: 'web-1', argv: ['true'] }), {
      code: 'runtime',
      message: /no running container/,
    });
  });

  it('stops by taking the pod away, and starts again', async () => {
    await lab.create([web()]);
    await lab.start('web-1');
    await lab.stop('web-1');
    assert.equal(server.object(`${pods}/web-1`), undefined);
    assert.equal((await lab.observe()).nodes[0]!.containers[0]!.state, 'stopped');
    await lab.start('web-1');
    assert.equal((await lab.observe()).nodes[0]!.containers[0]!.state, 'ready');
    await lab.kill('web-1', undefined, 'SIGKILL');
    const [killed] = (await lab.observe()).nodes[0]!.containers;
    assert.deepEqual([killed!.state, killed!.exitCode], ['exited', 137]);
  });
});
