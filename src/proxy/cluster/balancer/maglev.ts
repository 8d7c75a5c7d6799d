import { xxHash64 } from '../../hash/xx-hash64.ts';
import type { Scope } from '../../stats/stats.ts';
import type { Endpoint } from '../host/endpoint.ts';
import type { HashTable, WeightedHost } from './hashed.ts';

interface Entry {
  readonly skip: number;
  readonly weight: number;
  /** Where its permutation of the table is. */
  at: number;
  target: number;
  count: number;
}

/**
 * Maglev: every host takes the places of the table in an order of its own, in turn, until it is full
 * (https://research.google/pubs/maglev-a-fast-and-reliable-software-network-load-balancer, listing 1;
 * docs: arch_overview/upstream/load_balancing/load_balancers, maglev).
 */
export class MaglevTable implements HashTable {
  readonly #hosts: readonly Endpoint[];
  /** Indexes of hosts, by place. */
  readonly #places: Int32Array;

  /** `size` is prime; `scope` is `cluster.<name>.maglev_lb.`. */
  constructor(hosts: readonly WeightedHost[], size: number, scope: Scope) {
    const sorted = hosts.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    this.#hosts = sorted.map(({ host }) => host);
    this.#places = new Int32Array(size).fill(-1);
    const entries = sorted.map(
      ({ key, weight }): Entry => ({
        at: Number(xxHash64(key) % BigInt(size)),
        skip: Number(xxHash64(key, 1n) % BigInt(size - 1)) + 1,
        weight,
        target: 0,
        count: 0,
      }),
    );
    if (entries.length === 1) {
      // Envoy makes no table for one host, and counts one entry.
      this.#places.fill(0);
      entries[0]!.count = 1;
    } else this.#fill(entries);
    const counts = entries.map(({ count }) => count);
    scope.gauge('min_entries_per_host').set(Math.min(...counts));
    scope.gauge('max_entries_per_host').set(Math.max(...counts));
  }

  find(hash: bigint): Endpoint {
    return this.#hosts[this.#places[Number(hash % BigInt(this.#places.length))]!]!;
  }

  #fill(entries: readonly Entry[]): void {
    const places = this.#places;
    const size = places.length;
    const largest = Math.max(...entries.map(({ weight }) => weight));
    let filled = 0;
    for (let round = 1; filled < size; round++) {
      for (let i = 0; i < entries.length && filled < size; i++) {
        const entry = entries[i]!;
        // A host of the largest weight is let in every round, one of a third of it every third.
        if (round * entry.weight < entry.target) continue;
        entry.target += largest;
        let at = entry.at;
        while (places[at] !== -1) at = (at + entry.skip) % size;
        places[at] = i;
        entry.at = (at + entry.skip) % size;
        entry.count++;
        filled++;
      }
    }
  }
}

/** Whether a table may be of that size. */
export function isPrime(size: number): boolean {
  if (size < 2) return false;
  for (let divisor = 2; divisor * divisor <= size; divisor++) if (size % divisor === 0) return false;
  return true;
}
