import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Api } from '../api/api.ts';
import { FakeApiServer } from '../api-server.fake.ts';
import type { LabAt } from '../place.ts';
import { untilRunning, type Waits } from './until-running.ts';

const path = '/api/v1/namespaces/ns/pods/web-1';

describe('waiting for a pod', () => {
  let server: FakeApiServer;
  let lab: LabAt;
  const wait = (waits: Waits) =>
    untilRunning(lab, { node: 'web-1', pod: 'web-1', containers: ['app'] }, waits);
  const pod = (status: object) =>
    server.put(path, {
      metadata: { name: 'web-1' },
      ...{ spec: { containers: [{ name: 'app', image: 'x' }] }, status },
    });

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.listen();
    const identity = {
      lab: 'trial',
      sandbox: 'trial',
      folder: '/nowhere',
      owner: '1',
      networks: ['default'],
    };
    lab = { api: new Api(server.access), identity, namespace: 'ns', ownsNamespace: false };
  });
  afterEach(async () => {
    lab.api.close();
    await server.close();
  });

  it("tells that the cluster has no room, in the scheduler's words", async () => {
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    pod({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    });
    await assert.rejects(wait({ roomMs: 50 }), {
      code: 'runtime',
      message: /web-1 does not start: the cluster has no room for it: .*Insufficient cpu/,
      hint: /add a machine/,
    });
  });

  it('does not mind that there was no room at first', async () => {
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
    pod({ phase: 'Pending', conditions: [condition] });
    const waiting = wait({ roomMs: 5000 });
    while (server.watches === 0) await new Promise((resolve) => setImmediate(resolve));
    pod({ phase: 'Running', containerStatuses: [{ name: 'app', ready: false, state: { running: {} } }] });
    await waiting;
  });

  it('ends when nobody waits any more, and says what it waited for', async () => {
    const message = '0/1 nodes are available';
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    pod({ phase: 'Pending', conditions: [condition] });
    const over = new AbortController();
    const waiting = wait({ signal: over.signal });
    while (server.watches === 0) await new Promise((resolve) => setImmediate(resolve));
    over.abort();
    await assert.rejects(waiting, { code: 'runtime', message: /no room for it: 0\/1 nodes/ });
    await assert.rejects(wait({ signal: over.signal }), { code: 'runtime', message: /do not run after 0/ });
  });

  it('ends at last when nothing happens', async () => {
    pod({ phase: 'Pending' });
    await assert.rejects(wait({ startMs: 50 }), {
      code: 'runtime',
      message: /its containers do not run after [\d.]+ s/,
    });
  });

  it('tells that the pod was taken away', async () => {
    pod({ phase: 'Pending' });
    const waiting = wait({});
    while (server.watches === 0) await new Promise((resolve) => setImmediate(resolve));
    server.drop(path);
    await assert.rejects(waiting, { code: 'runtime', message: /web-1 was taken away while it started/ });
  });

  it('tells each thing that keeps a container from starting', async () => {
    for (const [reason, says] of [
      ['ImagePullBackOff', /cannot be pulled/],
      ['ErrImageNeverPull', /pull policy is Never/],
      ['InvalidImageName', /wrong name/],
      ['CreateContainerConfigError', /its configuration cannot be had/],
      ['CreateContainerError', /cannot be made/],
      ['CrashLoopBackOff', /ends again and again/],
    ] as const) {
      pod({
        phase: 'Pending',
        containerStatuses: [
          { name: 'app', ready: false, state: { waiting: { reason, message: 'because' } } },
        ],
      });
      await assert.rejects(
        wait({}),
        (error: Error) => says.test(error.message) && error.message.includes('because'),
      );
    }
  });
});
