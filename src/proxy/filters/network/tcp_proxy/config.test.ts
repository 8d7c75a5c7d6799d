import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabError } from '../../../../error.ts';
import { readConfig } from './config.ts';

const drawing = (...draws: number[]) => {
  let at = 0;
  return () => draws[at++ % draws.length]!;
};

describe('the config of tcp_proxy', () => {
  it("has Envoy's defaults", () => {
    const config = readConfig({ stat_prefix: 'a', cluster: 'c' }, drawing(0));
    assert.equal(config.idleTimeout, 3_600_000);
    assert.equal(config.maxConnectAttempts, 1);
    assert.equal(config.maxDuration(), 0);
    assert.equal(config.nextBackoff(), 0);
    assert.equal(config.pickCluster(), 'c');
    assert.equal(config.maxEarlyData, undefined);
  });

  it('shares connections out by weight', () => {
    const clusters = [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 3 },
    ];
    const config = readConfig(
      { stat_prefix: 'a', weighted_clusters: { clusters } },
      drawing(0, 1, 2, 3, 4, 7),
    );
    assert.deepEqual(Array.from({ length: 6 }, config.pickCluster), ['a', 'b', 'b', 'b', 'a', 'b']);
  });

  it('waits longer for each further attempt, up to the longest', () => {
    const config = readConfig(
      { stat_prefix: 'a', cluster: 'c', backoff_options: { base_interval: 10, max_interval: 30 } },
      () => 1_000_000_019,
    );
    assert.deepEqual(
      [1, 2, 3, 4].map(() => config.nextBackoff()),
      [10, 20, 30, 30].map((interval) => 1_000_000_019 % interval),
    );
  });

  it('adds jitter to the longest duration', () => {
    const config = readConfig(
      {
        stat_prefix: 'a',
        cluster: 'c',
        max_downstream_connection_duration: 100,
        max_downstream_connection_duration_jitter_percentage: { value: 50 },
      },
      drawing(0, 49, 50),
    );
    assert.deepEqual(
      [1, 2, 3].map(() => config.maxDuration()),
      [100, 149, 100],
    );
  });

  for (const [what, fields, said] of [
    [
      'a pause that ends before it begins',
      { backoff_options: { base_interval: 2, max_interval: 1 } },
      /max_backoff/,
    ],
    [
      'log options said twice',
      { flush_access_log_on_connected: true, access_log_options: {} },
      /Only one of/,
    ],
    [
      'connecting later without early data',
      { upstream_connect_mode: 'ON_DOWNSTREAM_DATA' },
      /max_early_data_bytes/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => readConfig({ stat_prefix: 'a', cluster: 'c', ...fields }, drawing(0)),
        (error) => error instanceof LabError && said.test(error.message),
      );
    });
  }
});
