import type { SocketAddress } from '../../http/stream-info.ts';
import type { Endpoint, EndpointTraits } from '../host/endpoint.ts';
import { hostStatsLength } from '../host/host-stats.ts';

/** A host as a worker is told of it. */
export interface ToldHost {
  /** The same as long as the main thread has the same host. */
  readonly id: number;
  readonly address: SocketAddress;
  readonly traits: EndpointTraits;
  /** Where this worker counts what it does with the host: shared memory. */
  readonly numbers: Float64Array;
}

/** All hosts of a cluster. */
export interface ToldCluster {
  readonly cluster: string;
  readonly hosts: readonly ToldHost[];
}

/** The main thread's hosts: passes them to the workers and adds up what those count. */
export class HostList {
  readonly #workers: number;
  readonly #clusters = new Map<string, readonly Endpoint[]>();
  readonly #shared = new Map<Endpoint, { readonly id: number; readonly numbers: readonly Float64Array[] }>();
  #nextId = 0;

  constructor(workers: number) {
    this.#workers = workers;
  }

  get clusters(): Iterable<string> {
    return this.#clusters.keys();
  }

  set(cluster: string, hosts: readonly Endpoint[]): void {
    for (const gone of this.#clusters.get(cluster) ?? [])
      if (!hosts.includes(gone)) this.#shared.delete(gone);
    this.#clusters.set(cluster, hosts);
    for (const host of hosts) if (!this.#shared.has(host)) this.#shared.set(host, this.#share());
  }

  /** What the worker of that index is told of a cluster. */
  told(cluster: string, worker: number): ToldCluster {
    const hosts = (this.#clusters.get(cluster) ?? []).map((host) => {
      const { id, numbers } = this.#shared.get(host)!;
      const { address, hostname, weight, locality, priority, health, canary, hashKey } = host;
      const traits: EndpointTraits = { hostname, weight, locality, priority, health, canary, hashKey };
      return { id, address, traits, numbers: numbers[worker]! };
    });
    return { cluster, hosts };
  }

  /** Writes the workers' sums into the hosts' own numbers, which nothing here counts. */
  refresh(): void {
    for (const [{ stats }, { numbers }] of this.#shared) {
      for (let i = 0; i < hostStatsLength; i++)
        stats.values[i] = numbers.reduce((sum, of) => sum + of[i]!, 0);
    }
  }

  #share(): { id: number; numbers: Float64Array[] } {
    const bytes = hostStatsLength * Float64Array.BYTES_PER_ELEMENT;
    const numbers = Array.from(
      { length: this.#workers },
      () => new Float64Array(new SharedArrayBuffer(bytes)),
    );
    return { id: this.#nextId++, numbers };
  }
}
