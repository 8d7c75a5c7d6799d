import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scaledSpec } from './scale.ts';
import { container, lab, node, observed } from './specs.fake.ts';

const publish = [{ name: 'http', port: 80, protocol: 'tcp', hostPort: 8080, pinned: true } as const];
const web = node('web', [container('app')], { publish });
const running = observed(lab(web, node('db', [container('store')])));

describe('scaledSpec', () => {
  it('makes further replicas as the first one runs, with ports of their own', () => {
    const spec = scaledSpec(running, new Map([['web', 3]]));
    assert.deepEqual(
      spec.nodes.map(({ name }) => name),
      ['web-1', 'web-2', 'web-3', 'db-1'],
    );
    assert.equal(spec.nodes[0], running.nodes[0]!.spec);
    const second = spec.nodes[1]!;
    assert.deepEqual(second.publish, [{ ...publish[0], hostPort: 0, pinned: false }]);
    assert.equal(second.containers[0]!.hash, web.containers[0]!.hash);
    assert.notEqual(second.hash, web.hash);
  });

  it('keeps the first replicas when it scales down', () => {
    const three = observed(scaledSpec(running, new Map([['web', 3]])));
    const names = scaledSpec(three, new Map([['web', 2]])).nodes.map(({ name }) => name);
    assert.deepEqual(names, ['web-1', 'web-2', 'db-1']);
  });

  it('refuses what makes no sense', () => {
    assert.throws(() => scaledSpec(running, new Map([['wob', 3]])), /no node "wob"/);
    assert.throws(
      () => scaledSpec(running, new Map([['web-1', 3]])),
      /"web-1" is one replica; the node is web/,
    );
    assert.throws(() => scaledSpec(running, new Map([['web', 0]])), /at least one replica/);
    const service = { selects: 'web', ports: [] };
    const served = observed(lab(web, node('shop', [container('forwarder')], { service })));
    for (const name of ['shop', 'shop-1']) {
      assert.throws(() => scaledSpec(served, new Map([[name, 2]])), {
        code: 'usage',
        message: `${name} is a service, which is not scaled`,
        hint: 'scale what it leads to: web',
      });
    }
  });
});
