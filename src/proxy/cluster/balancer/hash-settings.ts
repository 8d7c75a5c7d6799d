import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import { isPrime } from './maglev.ts';
import type { RingSettings } from './ring-hash.ts';

/** What a cluster says of RING_HASH and MAGLEV, with Envoy's defaults. */
export interface HashSettings {
  /** A host is known by its name, not by its address. */
  readonly hashHostname: boolean;
  /** Places of MAGLEV's table: a prime. */
  readonly tableSize: number;
  readonly ring: RingSettings;
}

const defaultTableSize = 65_537;
const defaultMinimumRing = 1024;
const defaultMaximumRing = 8 * 1024 * 1024;

/** @throws LabError in Envoy's words for what it refuses */
export function readHashSettings(config: envoy.config.cluster.v3.Cluster): HashSettings {
  const ring = config.ring_hash_lb_config;
  const minimumSize = ring?.minimum_ring_size ?? defaultMinimumRing;
  const maximumSize = ring?.maximum_ring_size ?? defaultMaximumRing;
  if (config.lb_policy === 'RING_HASH' && minimumSize > maximumSize) {
    throw new LabError(
      'invalid',
      `ring hash: minimum_ring_size (${minimumSize}) > maximum_ring_size (${maximumSize})`,
    );
  }
  const tableSize = config.maglev_lb_config?.table_size ?? defaultTableSize;
  if (config.lb_policy === 'MAGLEV' && !isPrime(tableSize)) {
    throw new LabError('invalid', 'The table size of maglev must be prime number');
  }
  const hashHostname =
    config.common_lb_config?.consistent_hashing_lb_config?.use_hostname_for_hashing ?? false;
  const type = (config.type ?? 'STATIC').toLowerCase();
  if (hashHostname && type !== 'strict_dns') {
    throw new LabError(
      'invalid',
      `Cannot use hostname for consistent hashing loadbalancing for cluster of type: 'envoy.cluster.${type}'`,
    );
  }
  return {
    hashHostname,
    tableSize,
    ring: { minimumSize, maximumSize, hashFunction: ring?.hash_function ?? 'XX_HASH' },
  };
}
