import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LabError } from '../../../error.ts';
import { discoveryConfig } from './dns-cluster.ts';

const type = 'type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster';
const custom = (config: object) => ({
  name: 'c',
  cluster_type: { name: 'envoy.clusters.dns', typed_config: { '@type': type, ...config } },
});

test('says in the fields of the cluster what the message of envoy.clusters.dns says', () => {
  const strict = discoveryConfig(custom({ dns_refresh_rate: 100, dns_lookup_family: 'V4_ONLY' }));
  assert.equal(strict.type, 'STRICT_DNS');
  assert.equal(strict.dns_refresh_rate, 100);
  assert.equal(strict.dns_lookup_family, 'V4_ONLY');
  assert.equal(strict.name, 'c');
  const logical = discoveryConfig(
    custom({ all_addresses_in_single_endpoint: true, dns_lookup_family: 'UNSPECIFIED' }),
  );
  assert.equal(logical.type, 'LOGICAL_DNS');
  assert.equal(logical.dns_lookup_family, undefined);
});

test('leaves a cluster of a plain type as it is, and knows no other cluster types', () => {
  const plain = { name: 'c', type: 'STATIC' } as const;
  assert.equal(discoveryConfig(plain), plain);
  assert.throws(
    () => discoveryConfig({ name: 'c', cluster_type: { name: 'envoy.clusters.aggregate' } }),
    (error: LabError) =>
      error instanceof LabError &&
      /registered cluster factory implementation for name: 'envoy.clusters.aggregate'/.test(error.message) &&
      error.hint === 'known: envoy.clusters.dns',
  );
});
