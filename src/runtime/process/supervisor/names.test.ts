import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lookupName, type NamedNode } from './names.ts';

const node = (name: string, addresses: Record<string, string>, rest: Partial<NamedNode> = {}): NamedNode => ({
  name,
  group: name.replace(/-\d+$/, ''),
  aliases: [],
  addresses,
  up: true,
  ...rest,
});

const nodes = [
  node('web-1', { front: '10.1.0.2' }, { aliases: ['site'] }),
  node('web-2', { front: '10.1.0.3' }, { aliases: ['site'] }),
  node('both-1', { front: '10.1.0.4', back: '10.2.0.2' }),
  node('data-1', { back: '10.2.0.3' }),
  node('down-1', { front: '10.1.0.5' }, { up: false }),
];

const ask = (name: string, { type = 'A', from = '10.1.0.2', rotation = 0 } = {}) => {
  const found = lookupName(nodes, { name, type }, from, rotation);
  return found === 'unknown' ? found : found.map(({ data }) => data);
};

describe('lookupName', () => {
  it('knows groups, replicas and aliases', () => {
    assert.deepEqual(ask('web'), ['10.1.0.2', '10.1.0.3']);
    assert.deepEqual(ask('web-2'), ['10.1.0.3']);
    assert.deepEqual(ask('site'), ['10.1.0.2', '10.1.0.3']);
    assert.equal(ask('nobody'), 'unknown');
  });

  it('tells a node alone what it calls other addresses', () => {
    const hosts = { db: '192.0.2.7', web: '192.0.2.8' };
    const known = [...nodes, node('own-1', { front: '10.1.0.9' }, { hosts })];
    const askAs = (client: string, name: string, type = 'A') => lookupName(known, { name, type }, client, 0);
    assert.deepEqual(askAs('10.1.0.9', 'db'), [{ type: 'A', data: '192.0.2.7' }]);
    assert.deepEqual(askAs('10.1.0.9', 'web'), [{ type: 'A', data: '192.0.2.8' }]);
    assert.deepEqual(askAs('10.1.0.9', 'db', 'AAAA'), []);
    assert.equal(askAs('10.1.0.2', 'db'), 'unknown');
    assert.deepEqual(askAs('10.1.0.2', 'web-2'), [{ type: 'A', data: '10.1.0.3' }]);
  });

  it('turns the order', () => {
    assert.deepEqual(ask('web', { rotation: 1 }), ['10.1.0.3', '10.1.0.2']);
    assert.deepEqual(ask('web', { rotation: 2 }), ['10.1.0.2', '10.1.0.3']);
  });

  it('has no IPv6 addresses, but the names exist', () => {
    assert.deepEqual(ask('web', { type: 'AAAA' }), []);
    assert.equal(ask('nobody', { type: 'AAAA' }), 'unknown');
  });

  it('shows a node only who shares a network with it, by the address there', () => {
    assert.equal(ask('data'), 'unknown');
    assert.deepEqual(ask('data', { from: '10.1.0.4' }), ['10.2.0.3']);
    assert.deepEqual(ask('both', { from: '10.2.0.3' }), ['10.2.0.2']);
    assert.deepEqual(ask('both'), ['10.1.0.4']);
    assert.equal(ask('web', { from: '10.2.0.3' }), 'unknown');
  });

  it('shows all to whoever is not a node', () => {
    assert.deepEqual(ask('data', { from: '10.1.0.1' }), ['10.2.0.3']);
  });

  it('leaves out what is down', () => {
    assert.equal(ask('down'), 'unknown');
  });

  it('answers localhost itself', () => {
    assert.deepEqual(ask('localhost'), ['127.0.0.1']);
    assert.deepEqual(ask('a.localhost', { type: 'AAAA' }), []);
  });

  it('finds names by address', () => {
    assert.deepEqual(ask('3.0.1.10.in-addr.arpa', { type: 'PTR' }), ['web-2']);
    assert.equal(ask('9.9.9.9.in-addr.arpa', { type: 'PTR' }), 'unknown');
    assert.equal(ask('3.0.2.10.in-addr.arpa', { type: 'PTR' }), 'unknown');
  });
});
