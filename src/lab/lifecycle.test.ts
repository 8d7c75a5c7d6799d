import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerState } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';
import { pauseNodes, startNodes, stopNodes, unpauseNodes } from './lifecycle.ts';
import { FakeLab } from './runtime.fake.ts';
import { container, lab, node, observed } from './specs.fake.ts';

const web = (index: number) =>
  node(
    'web',
    [container('app', { dependsOn: [{ name: 'sidecar', until: 'ready' }] }), container('sidecar')],
    { index },
  );
const spec = lab(web(1), web(2), node('db', [container('store')]));
const context = { emit: () => undefined } as unknown as LabContext;
const all = (state: ContainerState) =>
  new FakeLab(
    {},
    observed(spec, () => ({ state })),
  );

describe('starting and stopping nodes', () => {
  const options = { timeoutMs: 1000, signal: new AbortController().signal };

  it('starts what is stopped of the nodes it is told, dependencies first, and nothing else', async () => {
    const fake = all('stopped');
    assert.deepEqual(await startNodes(context, fake, ['web-2'], { ...options, until: 'ready' }), ['web-2']);
    assert.deepEqual(fake.calls, ['start web-2 sidecar', 'start web-2 app']);
  });

  it('starts all replicas of a node', async () => {
    const fake = all('exited');
    await startNodes(context, fake, ['web'], { ...options, until: 'running' });
    assert.deepEqual(new Set(fake.calls.map((call) => call.split(' ')[1])), new Set(['web-1', 'web-2']));
  });

  it('starts nothing that runs', async () => {
    const fake = all('ready');
    await startNodes(context, fake, ['web', 'db'], { ...options, until: 'ready' });
    assert.deepEqual(fake.calls, []);
  });

  it('stops all replicas', async () => {
    const fake = all('ready');
    assert.deepEqual(await stopNodes(fake, ['web']), ['web-1', 'web-2']);
    assert.deepEqual(fake.calls, ['stop web-1', 'stop web-2']);
  });

  it('pauses what runs, and lets go on what is paused', async () => {
    const ready = all('ready');
    await pauseNodes(ready, ['db']);
    assert.deepEqual(ready.calls, ['pause db-1']);
    await assert.rejects(pauseNodes(all('stopped'), ['db']), /db-1 does not run, so it cannot be paused/);
    const paused = all('paused');
    assert.deepEqual(await unpauseNodes(paused, ['db']), ['db-1']);
    assert.deepEqual(await unpauseNodes(ready, ['db']), []);
  });
});
