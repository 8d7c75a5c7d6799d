import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeClock } from '../clock.fake.ts';
import { endpoints, TestClusters, until } from './cluster.fake.ts';
import { TestRequest } from './request.fake.ts';
import { TestUpstream } from './upstream.fake.ts';

const names = {
  cluster_added: 0,
  cluster_modified: 0,
  cluster_removed: 0,
  active_clusters: 0,
  warming_clusters: 0,
};

function counted(clusters: TestClusters): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const stat of [...clusters.stats.counters(), ...clusters.stats.gauges()]) {
    const name = stat.name.replace('cluster_manager.', '');
    if (name in names && stat.value !== 0) numbers[name] = stat.value;
  }
  return numbers;
}

const dns = (name: string) => ({
  name,
  type: 'STRICT_DNS' as const,
  load_assignment: {
    cluster_name: name,
    endpoints: [
      { lb_endpoints: [{ endpoint: { address: { socket_address: { address: name, port_value: 80 } } } }] },
    ],
  },
});

describe('cluster manager', () => {
  test('is initialized when every cluster of the bootstrap has had an answer', () => {
    using clusters = new TestClusters(new FakeClock());
    const { manager, resolver } = clusters;
    let calls = 0;
    manager.whenInitialized(() => calls++);
    manager.start([{ name: 'static' }, dns('a.test'), dns('b.test')]);
    assert.equal(clusters.stats.gauge('cluster.a.test.warming_state').value, 1);
    resolver.answer('10.0.0.1');
    assert.equal(manager.initialized, false);
    assert.equal(clusters.stats.gauge('cluster.a.test.warming_state').value, 0);
    resolver.answer('10.0.0.2');
    assert.equal(manager.initialized, true);
    assert.equal(calls, 1);
    manager.whenInitialized(() => calls++);
    assert.equal(calls, 2);
    assert.deepEqual(counted(clusters), { cluster_added: 3, active_clusters: 3 });
    assert.deepEqual(
      [...manager.clusters].map(({ name }) => name),
      ['static', 'a.test', 'b.test'],
    );
  });

  test('without clusters it is initialized at once', () => {
    using clusters = new TestClusters();
    clusters.manager.start([]);
    assert.equal(clusters.manager.initialized, true);
  });

  test('two clusters of one name are refused', () => {
    using clusters = new TestClusters();
    assert.throws(
      () => clusters.manager.start([{ name: 'a' }, { name: 'a' }]),
      /cluster manager: duplicate cluster 'a'/,
    );
  });

  test('a name where an address must be is refused in Envoy’s words', () => {
    using clusters = new TestClusters();
    assert.throws(
      () => clusters.manager.start([{ ...dns('a.test'), type: 'STATIC' }]),
      /malformed IP address: a\.test\. Consider setting resolver_name or setting cluster type to 'STRICT_DNS' or 'LOGICAL_DNS'/,
    );
  });

  test('a cluster added at run time is found once it is ready', () => {
    using clusters = new TestClusters(new FakeClock());
    const { manager, resolver } = clusters;
    manager.start([]);
    assert.equal(manager.addOrUpdate(dns('a.test')), true);
    assert.equal(manager.get('a.test'), undefined);
    assert.deepEqual(counted(clusters), { cluster_added: 1, warming_clusters: 1 });
    resolver.answer('10.0.0.1');
    assert.equal(manager.get('a.test')!.addedViaApi, true);
    assert.deepEqual(counted(clusters), { cluster_added: 1, active_clusters: 1 });
    assert.equal(manager.addOrUpdate(dns('a.test')), false);
  });

  test('the old one serves until the new one is ready', () => {
    using clusters = new TestClusters(new FakeClock());
    const { manager, resolver } = clusters;
    manager.start([]);
    manager.addOrUpdate(dns('a.test'));
    resolver.answer('10.0.0.1');
    const old = manager.get('a.test');
    manager.addOrUpdate({ ...dns('a.test'), connect_timeout: 1000 });
    assert.equal(manager.get('a.test'), old);
    resolver.answer('10.0.0.2');
    assert.notEqual(manager.get('a.test'), old);
    assert.deepEqual(counted(clusters), { cluster_added: 1, cluster_modified: 1, active_clusters: 1 });
  });

  test('only what was added at run time can be removed; its requests finish', async () => {
    await using upstream = await TestUpstream.start();
    using clusters = new TestClusters();
    const { manager } = clusters;
    manager.start([{ name: 'static' }]);
    assert.equal(manager.remove('static'), false);
    assert.equal(manager.remove('nobody'), false);
    manager.addOrUpdate({ name: 'c', load_assignment: endpoints(upstream.port) });
    const cluster = manager.get('c')!;
    const request = TestRequest.send(cluster);
    await until(() => request.encoder !== undefined);
    assert.equal(manager.remove('c'), true);
    assert.equal(manager.get('c'), undefined);
    const ofCluster = (): number =>
      [...clusters.stats.counters()].filter(({ name }) => name.startsWith('cluster.c.')).length;
    assert.ok(ofCluster() > 0);
    assert.equal((await request.done).body, 'ok');
    await until(() => upstream.sockets.size === 0);
    assert.equal(counted(clusters).cluster_removed, 1);
    assert.equal(ofCluster(), 0);
  });

  test('disposing closes every connection', async () => {
    await using upstream = await TestUpstream.start(() => {});
    const clusters = new TestClusters();
    const cluster = clusters.start({ load_assignment: endpoints(upstream.port) });
    const request = TestRequest.send(cluster);
    await until(() => request.encoder !== undefined);
    clusters[Symbol.dispose]();
    assert.equal((await request.done).reset, 'connection-termination');
    await until(() => upstream.sockets.size === 0);
  });
});
