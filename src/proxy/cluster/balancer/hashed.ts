import type { LoadBalancerContext } from '../cluster.ts';
import { addressText, type Endpoint } from '../host/endpoint.ts';
import type { Balancer, Random } from './balancer.ts';

/** A host with its share of all weights. */
export interface WeightedHost {
  readonly host: Endpoint;
  /** What of the host is hashed. */
  readonly key: string;
  /** In (0, 1]. */
  readonly weight: number;
}

/** Where hashes lead, made anew whenever hosts change. */
export interface HashTable {
  /** `hash` is 64 bits, unsigned. */
  find(hash: bigint): Endpoint;
}

/** RING_HASH and MAGLEV: the same hash leads to the same host as long as the hosts are the same. */
export class HashedBalancer implements Balancer {
  readonly #build: (hosts: readonly WeightedHost[]) => HashTable;
  readonly #random: Random;
  readonly #useHostname: boolean;
  #table: HashTable | undefined;

  constructor(
    build: (hosts: readonly WeightedHost[]) => HashTable,
    options: { readonly random: Random; readonly useHostname: boolean },
  ) {
    this.#build = build;
    this.#random = options.random;
    this.#useHostname = options.useHostname;
  }

  update(hosts: readonly Endpoint[]): void {
    const sum = hosts.reduce((all, { weight }) => all + weight, 0);
    this.#table =
      hosts.length === 0
        ? undefined
        : this.#build(hosts.map((host) => ({ host, key: this.#key(host), weight: host.weight / sum })));
  }

  choose(context?: LoadBalancerContext): Endpoint | null {
    if (this.#table === undefined) return null;
    return this.#table.find(context?.hash ?? this.#draw());
  }

  #key(host: Endpoint): string {
    if (host.hashKey) return host.hashKey;
    return this.#useHostname ? host.hostname : addressText(host.address);
  }

  #draw(): bigint {
    const bits = (): bigint => BigInt(Math.floor(this.#random() * 2 ** 32));
    return (bits() << 32n) | bits();
  }
}
