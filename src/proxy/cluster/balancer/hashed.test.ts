import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatsStore } from '../../stats/store.ts';
import { Endpoint } from '../host/endpoint.ts';
import { readHashSettings } from './hash-settings.ts';
import { MaglevTable } from './maglev.ts';
import { HashRing } from './ring-hash.ts';

const hosts = ['a', 'b', 'c'].map((key) => ({
  key,
  weight: 1 / 3,
  host: new Endpoint(
    { address: key, port: 1 },
    {
      hostname: key,
      weight: 1,
      locality: { region: '', zone: '', subZone: '' },
      priority: 0,
      health: 'UNKNOWN',
      canary: false,
    },
  ),
}));
const hashes = Array.from({ length: 200 }, (_, i) => BigInt(i) * 0x9e3779b97f4a7c1n);
const scope = new StatsStore().scope('c');
const ring = { minimumSize: 1024, maximumSize: 8 << 20, hashFunction: 'XX_HASH' } as const;
const kinds = {
  MAGLEV: (of: typeof hosts) => new MaglevTable(of, 65_537, scope),
  RING_HASH: (of: typeof hosts) => new HashRing(of, ring, scope),
};

for (const [name, build] of Object.entries(kinds)) {
  test(`${name}: the order of the hosts does not matter, and all have a share`, () => {
    const [one, other] = [build(hosts), build(hosts.toReversed())];
    for (const hash of hashes) assert.equal(one.find(hash), other.find(hash));
    assert.equal(new Set(hashes.map((hash) => one.find(hash))).size, 3);
  });
}

test('a ring keeps the hosts of those that stay', () => {
  const [all, fewer] = [kinds.RING_HASH(hosts), kinds.RING_HASH(hosts.slice(0, 2))];
  for (const hash of hashes) {
    const before = all.find(hash);
    if (before !== hosts[2]!.host) assert.equal(fewer.find(hash), before);
  }
});

test('settings that Envoy refuses', () => {
  const name = { name: 'c' };
  assert.throws(
    () => readHashSettings({ ...name, lb_policy: 'MAGLEV', maglev_lb_config: { table_size: 10 } }),
    /must be prime/,
  );
  const small = { minimum_ring_size: 9, maximum_ring_size: 8 };
  assert.throws(
    () => readHashSettings({ ...name, lb_policy: 'RING_HASH', ring_hash_lb_config: small }),
    /minimum_ring_size \(9\) > maximum_ring_size \(8\)/,
  );
});
