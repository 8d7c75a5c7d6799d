import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FakeClock } from '../clock.fake.ts';
import { endpoints, TestClusters } from './cluster.fake.ts';
import { clusterCounters, clusterGauges, clusterHistograms } from './cluster-stats.ts';

/** `name: value` of all stats that were touched, as `/stats?usedonly` lists them. */
function used(clusters: TestClusters): string[] {
  return [...clusters.stats.counters(true), ...clusters.stats.gauges(true)]
    .map(({ name, value }) => `${name}: ${value}`)
    .sort();
}

describe('the stats of an idle cluster', () => {
  test('are all there from the start', () => {
    using clusters = new TestClusters();
    clusters.start();
    const all = [
      ...clusters.stats.counters(),
      ...clusters.stats.gauges(),
      ...clusters.stats.histograms(),
    ].map(({ name }) => name);
    for (const name of [...clusterCounters, ...clusterGauges, ...clusterHistograms]) {
      assert.ok(all.includes(`cluster.c.${name}`), name);
    }
  });

  test('STATIC has touched what Envoy 1.40 has', () => {
    using clusters = new TestClusters();
    clusters.start({ load_assignment: endpoints(1, 2) });
    assert.deepEqual(used(clusters), [
      'cluster.c.default.total_match_count: 2',
      'cluster.c.membership_change: 1',
      'cluster.c.membership_degraded: 0',
      'cluster.c.membership_excluded: 0',
      'cluster.c.membership_healthy: 2',
      'cluster.c.membership_total: 2',
      'cluster.c.warming_state: 0',
      'cluster_manager.active_clusters: 1',
      'cluster_manager.cluster_added: 1',
      'cluster_manager.warming_clusters: 0',
      'thread_local_cluster_manager.main_thread.clusters_inflated: 1',
      'thread_local_cluster_manager.worker_0.clusters_inflated: 1',
    ]);
  });

  test('STRICT_DNS has touched more, LOGICAL_DNS all but the weight', () => {
    const touched = (type: 'STRICT_DNS' | 'LOGICAL_DNS'): string[] => {
      using clusters = new TestClusters(new FakeClock());
      clusters.start({ type, load_assignment: endpoints(1) });
      clusters.resolver.answer('10.0.0.1');
      return used(clusters).filter((line) => line.startsWith('cluster.c.'));
    };
    const common = [
      'cluster.c.membership_change: 1',
      'cluster.c.membership_degraded: 0',
      'cluster.c.membership_excluded: 0',
      'cluster.c.membership_healthy: 1',
      'cluster.c.membership_total: 1',
      'cluster.c.update_attempt: 1',
      'cluster.c.update_success: 1',
      'cluster.c.warming_state: 0',
    ];
    const matched = 'cluster.c.default.total_match_count: 1';
    assert.deepEqual(touched('STRICT_DNS'), [matched, 'cluster.c.max_host_weight: 1', ...common]);
    assert.deepEqual(touched('LOGICAL_DNS'), [matched, ...common]);
  });

  test('alt_stat_name takes the place of the name', () => {
    using clusters = new TestClusters();
    const cluster = clusters.start({ alt_stat_name: 'other:name' });
    assert.equal(cluster.observabilityName, 'other:name');
    assert.ok([...clusters.stats.counters()].some(({ name }) => name === 'cluster.other_name.bind_errors'));
  });
});
