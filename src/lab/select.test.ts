import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LabError } from '../error.ts';
import { inOrder, nodesOf, replicaOf, replicasOf, requireContainer } from './select.ts';
import { container, lab, node, observed } from './specs.fake.ts';

const web = (index: number) => node('web', [container('app')], { index });
const running = observed(lab(web(2), web(1), node('db', [container('store')])));

describe('names of nodes', () => {
  it('means all replicas by the bare name, in order', () => {
    assert.deepEqual(
      replicasOf(running, 'web').map(({ spec }) => spec.name),
      ['web-1', 'web-2'],
    );
    assert.deepEqual(
      nodesOf(running, ['web-2', 'web']).map(({ spec }) => spec.name),
      ['web-2', 'web-1'],
    );
    assert.equal(nodesOf(running, []).length, 3);
  });

  it('lists replicas of a node beside each other', () => {
    const mixed = observed(lab(web(1), node('db', [container('store')]), web(3), web(2)));
    assert.deepEqual(
      inOrder(mixed).nodes.map(({ spec }) => spec.name),
      ['web-1', 'web-2', 'web-3', 'db-1'],
    );
  });

  it("keeps the order of the sandbox's file when a node was made anew", () => {
    const at = (name: string, ordinal: number, index = 1) =>
      node(name, [container('app')], { ordinal, index });
    const anew = observed(lab(at('web', 1), at('db', 2), at('web', 1, 2), at('front', 0)));
    assert.deepEqual(
      inOrder(anew).nodes.map(({ spec }) => spec.name),
      ['front-1', 'web-1', 'web-2', 'db-1'],
    );
  });

  it('takes the first replica where one is meant, or the one of an index', () => {
    assert.equal(replicaOf(running, 'web').spec.name, 'web-1');
    assert.equal(replicaOf(running, 'web', 2).spec.name, 'web-2');
    assert.equal(replicaOf(running, 'web-2').spec.name, 'web-2');
    assert.throws(() => replicaOf(running, 'web', 3), /web has no replica 3/);
  });

  it('says what was perhaps meant', () => {
    const hintOf = (name: string) => {
      try {
        replicasOf(running, name);
        return assert.fail('found');
      } catch (error) {
        assert.equal((error as LabError).code, 'usage');
        assert.equal((error as LabError).message, `lab demo has no node "${name}"`);
        return (error as LabError).hint;
      }
    };
    assert.equal(hintOf('wbe'), 'did you mean "web"?');
    assert.equal(hintOf('web-3'), 'did you mean "web-2"?');
    assert.equal(hintOf('zzzzz'), 'known: web, db');
  });

  it("knows a node's containers", () => {
    assert.equal(requireContainer(replicaOf(running, 'db'), 'store'), 'store');
    assert.throws(() => requireContainer(replicaOf(running, 'db'), 'stor'), /db-1 has no container "stor"/);
  });
});
