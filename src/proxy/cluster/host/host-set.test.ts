import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatsStore } from '../../stats/store.ts';
import type { HealthStatus } from '../cluster.ts';
import { UpstreamClusterStats } from '../cluster-stats.ts';
import { Endpoint } from './endpoint.ts';
import { HostSet } from './host-set.ts';

interface Outcome {
  readonly panic: boolean;
  readonly degradedLoad: number;
  /** total, healthy, degraded, excluded */
  readonly membership: readonly number[];
}

function outcome(statuses: readonly HealthStatus[], threshold = 50): Outcome {
  const store = new StatsStore();
  const stats = new UpstreamClusterStats(store.scope('cluster.c'));
  const set = new HostSet(stats, () => threshold);
  set.update(
    statuses.map(
      (health, i) =>
        new Endpoint(
          { address: `10.0.0.${i}`, port: 80 },
          {
            hostname: '',
            weight: 1,
            locality: { region: '', zone: '', subZone: '' },
            priority: 0,
            canary: false,
            health,
          },
        ),
    ),
  );
  const membership = (['total', 'healthy', 'degraded', 'excluded'] as const).map(
    (kind) => stats.level(`membership_${kind}`).value,
  );
  return { panic: set.panic, degradedLoad: set.degradedLoad, membership };
}

const cases: [string, Outcome, Outcome][] = [
  [
    'healthy ones',
    outcome(['UNKNOWN', 'HEALTHY']),
    { panic: false, degradedLoad: 0, membership: [2, 2, 0, 0] },
  ],
  ['none at all', outcome([]), { panic: true, degradedLoad: 0, membership: [0, 0, 0, 0] }],
  [
    'half unhealthy is not yet a panic',
    outcome(['HEALTHY', 'UNHEALTHY']),
    { panic: false, degradedLoad: 0, membership: [2, 1, 0, 0] },
  ],
  [
    'more than half is',
    outcome(['HEALTHY', 'UNHEALTHY', 'TIMEOUT']),
    { panic: true, degradedLoad: 0, membership: [3, 1, 0, 0] },
  ],
  [
    'those that drain do not count',
    outcome(['HEALTHY', 'DRAINING', 'DRAINING', 'DRAINING']),
    { panic: false, degradedLoad: 0, membership: [4, 1, 0, 3] },
  ],
  [
    'degraded ones take what the healthy cannot: 1.4 × half is 70',
    outcome(['HEALTHY', 'DEGRADED']),
    { panic: false, degradedLoad: 30, membership: [2, 1, 1, 0] },
  ],
  [
    'degraded alone take all',
    outcome(['DEGRADED', 'UNHEALTHY']),
    { panic: false, degradedLoad: 100, membership: [2, 0, 1, 0] },
  ],
  [
    'three healthy of four leave nothing to a degraded one',
    outcome(['HEALTHY', 'HEALTHY', 'HEALTHY', 'DEGRADED']),
    { panic: false, degradedLoad: 0, membership: [4, 3, 1, 0] },
  ],
  [
    'a threshold of 0 switches panic off',
    outcome(['UNHEALTHY'], 0),
    { panic: false, degradedLoad: 0, membership: [1, 0, 0, 0] },
  ],
];

for (const [name, actual, expected] of cases) {
  test(name, () => assert.deepEqual(actual, expected));
}
