import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { container, node } from '../specs.fake.ts';
import { identity } from './identity.fake.ts';
import { hasGate, heldBack, nodePod, withGates } from './pod.ts';

describe('the pod of a node', () => {
  it('has a job that nobody waits for beside the others, and one that is waited for before them', () => {
    const spec = node('web', [
      container('app', ['app'], { dependsOn: [{ name: 'first', until: 'done' }] }),
      container('first', ['first'], { once: true }),
      container('aside', ['aside'], { once: true }),
    ]);
    const translated = {
      metadata: { name: 'web-1' },
      spec: { containers: [{ name: 'app' }], initContainers: [{ name: 'first' }, { name: 'aside' }] },
    };
    const pod = nodePod(identity, spec, translated);
    assert.deepEqual(pod.spec.initContainers, [{ name: 'first' }]);
    assert.deepEqual(pod.spec.containers, [{ name: 'app' }, { name: 'aside' }]);
    assert.equal(pod.spec.restartPolicy, 'Never');
    assert.equal(pod.metadata.labels!['io.envoy-lab/node'], 'web-1');
  });

  it('holds back what is not to run yet, by a shell that becomes the command', () => {
    const app = container('app', ['app', 'a b'], { dependsOn: [{ name: 'other', until: 'ready' }] });
    const spec = node('web', [app, container('side', ['side'])]);
    assert.deepEqual(heldBack(spec, ['side'], []), ['app']);
    const pod = {
      metadata: { name: 'web-1' },
      spec: { containers: [{ name: 'app', command: ['app', 'a b'] }, { name: 'side' }] },
    };
    const [held, free] = withGates(pod, ['app']).spec.containers;
    assert.deepEqual(held!.command!.slice(3), ['/envoy-lab-gate/app', 'app', 'a b']);
    assert.deepEqual(free, { name: 'side' });
    assert.equal(withGates(pod, []), pod);
    const gated = withGates(pod, ['app']);
    assert.deepEqual(
      ['app', 'side'].map((name) => hasGate(gated, name)),
      [true, false],
    );
  });

  it("leaves to the pod's own order what waits for others of the pod only, unless it was stopped", () => {
    const app = container('app', ['app'], { dependsOn: [{ name: 'first', until: 'done' }] });
    const spec = node('web', [app, container('first', ['first'], { once: true })]);
    assert.deepEqual(heldBack(spec, ['first'], []), []);
    assert.deepEqual(heldBack(spec, ['first'], ['app']), ['app']);
  });
});
