import { murmurHash2 } from '../../hash/murmur-hash2.ts';
import { xxHash64 } from '../../hash/xx-hash64.ts';
import type { Scope } from '../../stats/stats.ts';
import type { Endpoint } from '../host/endpoint.ts';
import type { HashTable, WeightedHost } from './hashed.ts';

/** `ring_hash_lb_config`. */
export interface RingSettings {
  readonly minimumSize: number;
  readonly maximumSize: number;
  readonly hashFunction: 'XX_HASH' | 'MURMUR_HASH_2';
}

/**
 * Ketama: each host is at many points of a ring, and a hash leads to the next point
 * (docs: arch_overview/upstream/load_balancing/load_balancers, ring hash).
 */
export class HashRing implements HashTable {
  readonly #points: BigUint64Array;
  readonly #hosts: Endpoint[];

  /** `scope` is `cluster.<name>.ring_hash_lb.`. */
  constructor(hosts: readonly WeightedHost[], settings: RingSettings, scope: Scope) {
    const hash = settings.hashFunction === 'XX_HASH' ? xxHash64 : murmurHash2;
    const smallest = Math.min(...hosts.map(({ weight }) => weight));
    // The host of the smallest weight gets a whole number of points.
    const scale = Math.min(Math.ceil(smallest * settings.minimumSize) / smallest, settings.maximumSize);
    const size = Math.ceil(scale);
    const ring: { readonly point: bigint; readonly host: Endpoint }[] = [];
    const counts: number[] = [];
    let target = 0;
    for (const { host, key, weight } of hosts) {
      target += scale * weight;
      const before = ring.length;
      for (let i = 0; ring.length < target; i++) ring.push({ point: hash(Buffer.from(`${key}_${i}`)), host });
      counts.push(ring.length - before);
    }
    ring.sort((a, b) => (a.point < b.point ? -1 : a.point > b.point ? 1 : 0));
    this.#points = BigUint64Array.from(ring, ({ point }) => point);
    this.#hosts = ring.map(({ host }) => host);
    scope.gauge('size').set(size);
    scope.gauge('min_hashes_per_host').set(Math.min(size, ...counts));
    scope.gauge('max_hashes_per_host').set(Math.max(...counts));
  }

  /** The host at the first point not before the hash; past the last point, the first. */
  find(hash: bigint): Endpoint {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#points[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return this.#hosts[low % this.#hosts.length]!;
  }
}
