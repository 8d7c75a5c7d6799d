import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { holderOf, isNetworksBridge, neighbour } from './route.ts';

const id = `0123456789ab${'c'.repeat(52)}`;
const attachment = { network: id, address: '10.1.0.2', gateway: '10.1.0.1', mac: '3a:00:00:00:00:01' };
const address = (text: string) => [
  { address: text, netmask: '', family: 'IPv4' as const, mac: '', internal: false, cidr: null },
];

describe('the way to a container', () => {
  it("is an interface that holds the network's gateway", () => {
    assert.equal(holderOf(attachment, { eth0: address('10.1.0.9'), br0: address('10.1.0.1') }), 'br0');
    assert.equal(holderOf(attachment, { eth0: address('10.1.0.9') }), undefined);
    assert.equal(holderOf({ ...attachment, gateway: '' }, { odd: address('') }), undefined);
  });

  it('is sure where the interface has the name of the network', () => {
    assert.ok(isNetworksBridge(attachment, 'br-0123456789ab'));
    assert.ok(!isNetworksBridge(attachment, 'br-ffffffffffff'));
    assert.ok(!isNetworksBridge({ ...attachment, network: 'podman' }, 'br-podman'));
  });

  it('is sure where the neighbour is the container', () => {
    const table = [
      'IP address       HW type     Flags       HW address            Mask     Device',
      '10.1.0.2         0x1         0x2         3A:00:00:00:00:01     *        br1',
      '10.1.0.2         0x1         0x2         3a:00:00:00:00:02     *        br2',
      '10.1.0.3         0x1         0x0         00:00:00:00:00:00     *        br1',
    ].join('\n');
    assert.equal(neighbour(table, '10.1.0.2', 'br1'), '3a:00:00:00:00:01');
    assert.equal(neighbour(table, '10.1.0.2', 'br2'), '3a:00:00:00:00:02');
    assert.equal(neighbour(table, '10.1.0.3', 'br1'), undefined);
    assert.equal(neighbour('', '10.1.0.2', 'br1'), undefined);
  });
});
