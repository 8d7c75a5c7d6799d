import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labNetwork } from './curl.ts';
import { FakeLab } from './runtime.fake.ts';
import { container, lab, node, observed } from './specs.fake.ts';

const web = (index: number) => node('web', [container('app')], { index, aliases: ['www'] });
const spec = lab(web(1), web(2), web(3), node('db', [container('store')]));

describe('labNetwork', () => {
  it('knows nodes, replicas and aliases as hosts, and nothing else', () => {
    const network = labNetwork(new FakeLab(), observed(spec));
    assert.equal(network.resolve('db'), 'db-1');
    assert.equal(network.resolve('web-3'), 'web-3');
    assert.equal(network.resolve('www'), 'web-1');
    assert.equal(network.resolve('example.com'), undefined);
  });

  it('takes the replicas of a name in turn', () => {
    const network = labNetwork(new FakeLab(), observed(spec));
    const answers = Array.from({ length: 4 }, () => network.resolve('web'));
    assert.deepEqual(answers, ['web-1', 'web-2', 'web-3', 'web-1']);
  });

  it('passes over replicas that do not run, as long as another does', () => {
    const partly = observed(spec, (name) => (name.startsWith('web-2') ? {} : { state: 'stopped' }));
    assert.equal(labNetwork(new FakeLab(), partly).resolve('web'), 'web-2');
    assert.equal(labNetwork(new FakeLab(), partly).resolve('db'), 'db-1');
  });
});
