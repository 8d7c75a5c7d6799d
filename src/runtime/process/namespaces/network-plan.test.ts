import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as plan from './network-plan.ts';

describe('addresses', () => {
  it('count up from the gateway, one network after the other', () => {
    assert.equal(plan.gateway(0), '10.1.0.1');
    assert.deepEqual(
      [0, 1, 253, 254, 300].map((ordinal) => plan.nodeAddress(0, ordinal)),
      ['10.1.0.2', '10.1.0.3', '10.1.0.255', '10.1.1.0', '10.1.1.46'],
    );
    assert.equal(plan.nodeAddress(2, 0), '10.3.0.2');
  });

  it('never meet the addresses that lead to loopbacks', () => {
    const last = plan.nodeAddress(0, plan.MAX_NODES - 1);
    assert.equal(last, '10.1.127.254');
    assert.equal(plan.loopbackSource('10.1.0.2'), '10.1.128.2');
    assert.equal(plan.loopbackSource(last), '10.1.255.254');
  });
});

it('plans a node with two networks', () => {
  const node: plan.NodeNetwork = {
    node: 'web-1',
    table: 1007,
    attachments: [
      { network: 'front', inside: 'eth0', outside: 'v7-0', address: '10.1.0.2' },
      { network: 'back', inside: 'eth1', outside: 'v7-1', address: '10.2.0.2' },
    ],
  };
  const indexOf = (network: string) => ['front', 'back'].indexOf(network);
  assert.deepEqual(plan.nodesBatch([node], indexOf).trim().split('\n'), [
    'netns add web-1',
    'link add v7-0 type veth peer name eth0 netns web-1',
    'link set v7-0 master br0 up',
    'link add v7-1 type veth peer name eth1 netns web-1',
    'link set v7-1 master br1 up',
    'addr add 10.1.128.2/32 dev br0',
    'route add 127.0.0.0/8 via 10.1.0.2 dev br0 onlink src 10.1.128.2 table 1007',
    'rule add pref 50 from 10.1.128.2 to 127.0.0.0/8 lookup 1007',
  ]);
  assert.match(plan.insideBatch(node), /addr add 10\.2\.0\.2\/16 dev eth1/);
  assert.match(plan.removalBatch([node], indexOf), /netns del web-1\n.*rule del/s);
});
