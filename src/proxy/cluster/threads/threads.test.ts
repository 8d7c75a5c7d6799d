import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StatsStore } from '../../stats/store.ts';
import type { DiscoveryContext } from '../discovery/discovery.ts';
import { Endpoint } from '../host/endpoint.ts';
import { HostList } from './host-list.ts';
import { createSharedLimits, sharedResources } from './shared-resource.ts';
import { ToldHosts } from './told-hosts.ts';

function endpoint(port: number): Endpoint {
  const locality = { region: '', zone: '', subZone: '' };
  return new Endpoint(
    { address: '127.0.0.1', port },
    { hostname: 'h', weight: 2, locality, priority: 0, health: 'UNKNOWN', canary: false },
  );
}

describe('hosts that the main thread tells', () => {
  it('stay the same in a worker as long as they are the same, and are counted for together', () => {
    const list = new HostList(2);
    const seen: (readonly Endpoint[])[] = [[], []];
    let ready = 0;
    const workers = seen.map((_, index) => {
      const told = new ToldHosts();
      const context = {
        config: { name: 'c' },
        onHosts: (hosts: readonly Endpoint[]) => (seen[index] = hosts),
        onReady: () => ready++,
      };
      told.discover(context as unknown as DiscoveryContext).start();
      return told;
    });
    assert.equal(ready, 2);
    const tell = () => {
      for (const [index, worker] of workers.entries()) worker.tell(list.told('c', index));
    };
    const hosts = [endpoint(1), endpoint(2)];
    list.set('c', hosts);
    tell();
    assert.deepEqual(
      seen[0]!.map(({ address, weight, hostname }) => [address.port, weight, hostname]),
      [
        [1, 2, 'h'],
        [2, 2, 'h'],
      ],
    );
    const kept = seen[0]![1];
    seen[0]![1]!.stats.rqTotal.add(3);
    seen[1]![1]!.stats.rqTotal.inc();
    list.set('c', [hosts[1]!, endpoint(3)]);
    tell();
    assert.equal(seen[0]![0], kept);
    list.refresh();
    list.refresh();
    assert.equal(hosts[1]!.stats.rqTotal.value, 4);
    assert.equal(hosts[0]!.stats.rqTotal.value, 0);
  });
});

describe('limits of several threads', () => {
  it('are reached together and shown by the main thread', () => {
    const main = new StatsStore();
    const shared = createSharedLimits((name) => main.gauge(`cluster.c.${name}`));
    const worker = (priority: 'default' | 'high') =>
      sharedResources(shared)(priority, 'rq_open', 2, new StatsStore().gauge('own'), undefined, 'key');
    const [one, other, high] = [worker('default'), worker('default'), worker('high')];
    one.inc();
    assert.equal(other.current, 1);
    assert.equal(other.canCreate, true);
    other.inc();
    assert.equal(one.canCreate, false);
    assert.equal(high.canCreate, true);
    const open = main.gauge('cluster.c.circuit_breakers.default.rq_open');
    assert.equal(open.value, 1);
    one.dec();
    assert.equal(open.value, 0);
    assert.equal(other.canCreate, true);
    assert.equal(main.gauge('cluster.c.circuit_breakers.high.rq_open').used, false);
  });
});
