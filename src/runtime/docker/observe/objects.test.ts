import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { container, identity, listedContainer, listedHolder, listedNetwork, node } from '../specs.fake.ts';
import { labObjects, nodeObjects } from './objects.ts';
import { presentState } from './states.ts';

const app = container('app');
const job = container('job', { once: true });
const web = node('web', [app, job]);

describe('what an engine lists', () => {
  it('is a lab: identity, nodes, addresses, containers in their order', () => {
    const listed = [listedContainer(web, job), listedContainer(web, app), listedHolder(web)];
    const objects = labObjects(listed, [listedNetwork(), listedNetwork('back')])!;
    assert.deepEqual(objects.identity, identity);
    assert.equal(objects.createdAt, 1234);
    const [found] = objects.nodes;
    assert.deepEqual(found!.spec, web);
    assert.deepEqual(found!.addresses, { default: '172.18.0.2' });
    assert.deepEqual(
      found!.containers.map(({ id, status }) => `${id} ${status}`),
      ['web-1/app running', 'web-1/job running'],
    );
  });

  it('has its nodes in the order they were made in', () => {
    const listed = [listedHolder(web, { order: 2 }), listedHolder(node('zoo', []), { order: 1 })];
    assert.deepEqual(
      nodeObjects(listed).map(({ spec }) => spec.name),
      ['zoo-1', 'web-1'],
    );
  });

  it('is no lab without a network, and no node without a holder', () => {
    assert.equal(labObjects([listedHolder(web)], []), undefined);
    assert.deepEqual(nodeObjects([listedContainer(web, app)]), []);
  });

  it('has no address while the holder does not run', () => {
    const [found] = nodeObjects([
      listedHolder(web, { State: 'exited', Status: 'Exited (137) 1 second ago' }),
    ]);
    assert.equal(found!.running, false);
    assert.deepEqual(found!.addresses, {});
  });

  it('shows a node as its last update left it', () => {
    const late = container('late');
    const second = node('web', [late, app], { ordinal: 3 });
    const [found] = nodeObjects([
      listedHolder(web),
      listedContainer(web, app),
      listedContainer(second, late, { revision: 1 }),
    ]);
    assert.deepEqual(found!.spec, second);
    assert.equal(found!.revision, 1);
  });

  it('shows first what was about to be replaced, so that it is seen to differ', () => {
    const next = container('app', { hash: 'app-2' });
    const updated = node('web', [next]);
    const [found] = nodeObjects([
      listedHolder(web),
      listedContainer(updated, next, { revision: 1 }),
      listedContainer(web, app, { mark: { kind: 'old' } }),
    ]);
    assert.deepEqual(
      found!.containers.map(({ spec }) => spec.hash),
      ['app-1', 'app-2'],
    );
  });

  it('reports labels of another making by name', () => {
    const holder = listedHolder(web);
    holder.Labels['io.envoy-lab.node-spec'] = 'AAAA';
    assert.throws(() => nodeObjects([holder]), { code: 'runtime', hint: /envoy-lab down shop/ });
  });
});

describe('the state of a container', () => {
  const state = (spec: typeof app, of: Parameters<typeof listedContainer>[2], holderRuns = true) => {
    const [found] = nodeObjects([listedHolder(web), listedContainer(web, spec, of)]);
    return presentState(found!.containers[0]!, holderRuns);
  };
  const exited = (code: number) => ({ State: 'exited', Status: `Exited (${code}) 2 seconds ago` });

  it('is what the engine says and what its name adds', () => {
    assert.deepEqual(state(app, {}), { state: 'starting' });
    assert.deepEqual(state(app, { State: 'paused' }), { state: 'paused' });
    assert.deepEqual(state(app, { State: 'created', Status: 'Created' }), { state: 'created' });
    assert.deepEqual(state(app, exited(7)), { state: 'exited', exitCode: 7 });
    assert.deepEqual(state(app, { ...exited(143), mark: { kind: 'stopped' } }), {
      state: 'stopped',
      exitCode: 143,
    });
    assert.deepEqual(
      state(app, { State: 'created', Status: 'Created', mark: { kind: 'failed', exitCode: 127 } }),
      { state: 'exited', exitCode: 127 },
    );
  });

  it('of a job that is done is ready', () => {
    assert.deepEqual(state(job, exited(0)), { state: 'ready', exitCode: 0 });
    assert.deepEqual(state(job, exited(1)), { state: 'exited', exitCode: 1 });
  });

  it('is that of an ended one when its holder has died', () => {
    assert.deepEqual(state(app, {}, false), { state: 'exited' });
  });
});
