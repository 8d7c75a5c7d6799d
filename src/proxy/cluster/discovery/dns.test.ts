import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeClock } from '../../clock.fake.ts';
import { TestClusters } from '../cluster.fake.ts';
import { addressText } from '../host/endpoint.ts';
import type { UpstreamCluster } from '../upstream-cluster.ts';
import type { ClusterConfig } from './discovery.ts';

const assignment = (...names: string[]): NonNullable<ClusterConfig['load_assignment']> => ({
  cluster_name: 'c',
  endpoints: [
    {
      lb_endpoints: names.map((address) => ({
        endpoint: { address: { socket_address: { address, port_value: 80 } } },
      })),
    },
  ],
});

const updates = (clusters: TestClusters): Record<string, number> =>
  Object.fromEntries(
    [...clusters.stats.counters()]
      .filter(({ name, value }) => /^cluster\.c\.(update_|membership|default)/.test(name) && value !== 0)
      .map(({ name, value }) => [name.replace('cluster.c.', ''), value]),
  );

const hosts = (cluster: UpstreamCluster): string[] =>
  cluster.hosts.map(({ address, hostname }) => `${addressText(address)} ${hostname}`);

describe('STRICT_DNS', () => {
  test('every address is a host; known ones stay the same object; an empty answer clears, a failure keeps', () => {
    const clock = new FakeClock();
    using clusters = new TestClusters(clock);
    const { resolver } = clusters;
    const cluster = clusters.start({ type: 'STRICT_DNS', load_assignment: assignment('a.test') });
    assert.equal(clusters.manager.initialized, false);
    assert.deepEqual(resolver.asked, [{ name: 'a.test', family: 'AUTO' }]);

    resolver.answer('10.0.0.1', '10.0.0.2', '10.0.0.1');
    assert.equal(clusters.manager.initialized, true);
    assert.deepEqual(hosts(cluster), ['10.0.0.1:80 a.test', '10.0.0.2:80 a.test']);
    const second = cluster.hosts[1];

    clock.advance(4999);
    assert.equal(resolver.waiting, 0);
    clock.advance(1);
    resolver.answer('10.0.0.2', '10.0.0.1');
    assert.equal(updates(clusters).update_no_rebuild, 1);

    clock.advance(5000);
    resolver.answer('10.0.0.2', '10.0.0.3');
    assert.deepEqual(hosts(cluster), ['10.0.0.2:80 a.test', '10.0.0.3:80 a.test']);
    assert.equal(cluster.hosts[0], second);

    clock.advance(5000);
    resolver.answerWith({ status: 'failure', details: 'ESERVFAIL' });
    assert.equal(cluster.hosts.length, 2);

    clock.advance(5000);
    resolver.answer();
    assert.deepEqual(cluster.hosts, []);
    assert.equal(cluster.chooseHost(), null);
    assert.deepEqual(updates(clusters), {
      'default.total_match_count': 6,
      membership_change: 3,
      update_attempt: 5,
      update_failure: 1,
      update_no_rebuild: 1,
      update_success: 4,
    });
  });

  test('the cluster is ready at the first answer of any name, be it a failure', () => {
    using clusters = new TestClusters(new FakeClock());
    const cluster = clusters.start({ type: 'STRICT_DNS', load_assignment: assignment('a.test', 'b.test') });
    let initialized = 0;
    clusters.manager.whenInitialized(() => initialized++);
    clusters.resolver.answerWith({ status: 'failure', details: 'ETIMEOUT' });
    assert.equal(initialized, 1);
    clusters.resolver.answer('10.0.0.2');
    assert.equal(initialized, 1);
    assert.deepEqual(hosts(cluster), ['10.0.0.2:80 b.test']);
  });

  test('a cluster without endpoints is ready at once', () => {
    using clusters = new TestClusters(new FakeClock());
    clusters.start({ type: 'STRICT_DNS' });
    assert.equal(clusters.manager.initialized, true);
  });

  test('respect_dns_ttl takes the least TTL, and the refresh rate where there is none', () => {
    const clock = new FakeClock();
    using clusters = new TestClusters(clock);
    const { resolver } = clusters;
    clusters.start({ type: 'STRICT_DNS', respect_dns_ttl: true, load_assignment: assignment('a.test') });
    const answer = (...ttls: number[]): void =>
      resolver.answerWith({
        status: 'success',
        addresses: ttls.map((ttl, i) => ({ address: `10.0.0.${i}`, ttl })),
      });
    answer(9, 3);
    clock.advance(2999);
    assert.equal(resolver.waiting, 0);
    clock.advance(1);
    answer(0, 9);
    clock.advance(4999);
    assert.equal(resolver.waiting, 0);
    clock.advance(1);
    answer();
    clock.advance(5000);
    assert.equal(resolver.waiting, 1);
  });

  test('dns_failure_refresh_rate backs off between base and maximum, and starts over after a success', () => {
    const clock = new FakeClock();
    using clusters = new TestClusters(clock);
    clusters.random = 0.999;
    const { resolver } = clusters;
    clusters.start({
      type: 'STRICT_DNS',
      dns_failure_refresh_rate: { base_interval: 1000, max_interval: 3000 },
      load_assignment: assignment('a.test'),
    });
    const delayAfterFailure = (): number => {
      resolver.answerWith({ status: 'failure', details: 'ESERVFAIL' });
      const start = clock.now();
      while (resolver.waiting === 0) clock.advance(1);
      return clock.now() - start;
    };
    assert.deepEqual(
      [delayAfterFailure(), delayAfterFailure(), delayAfterFailure(), delayAfterFailure()],
      [999, 1998, 2997, 2997],
    );
    resolver.answer('10.0.0.1');
    clock.advance(5000);
    assert.equal(delayAfterFailure(), 999);
  });

  test('a cluster that is taken away asks no more', () => {
    const clock = new FakeClock();
    const clusters = new TestClusters(clock);
    clusters.start({ type: 'STRICT_DNS', load_assignment: assignment('a.test', 'b.test') });
    clusters.resolver.answer('10.0.0.1');
    clusters[Symbol.dispose]();
    assert.equal(clock.timers, 0);
    assert.equal(clusters.resolver.waiting, 0);
  });
});

describe('LOGICAL_DNS', () => {
  test('the first address is the only host; without one the last stays', () => {
    const clock = new FakeClock();
    using clusters = new TestClusters(clock);
    const { resolver } = clusters;
    const cluster = clusters.start({
      type: 'LOGICAL_DNS',
      dns_lookup_family: 'V4_ONLY',
      load_assignment: assignment('a.test'),
    });
    assert.deepEqual(resolver.asked, [{ name: 'a.test', family: 'V4_ONLY' }]);
    resolver.answer('10.0.0.1', '10.0.0.2');
    clock.advance(5000);
    resolver.answer('10.0.0.1', '10.0.0.9');
    clock.advance(5000);
    resolver.answer('10.0.0.3');
    assert.deepEqual(hosts(cluster), ['10.0.0.3:80 a.test']);
    clock.advance(5000);
    resolver.answer();
    assert.deepEqual(hosts(cluster), ['10.0.0.3:80 a.test']);
    assert.deepEqual(updates(clusters), {
      'default.total_match_count': 3,
      membership_change: 2,
      update_attempt: 4,
      update_failure: 1,
      update_no_rebuild: 1,
      update_success: 3,
    });
  });

  test('more than one endpoint is refused', () => {
    using clusters = new TestClusters(new FakeClock());
    assert.throws(
      () => clusters.start({ type: 'LOGICAL_DNS', load_assignment: assignment('a.test', 'b.test') }),
      /LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint/,
    );
  });
});
