import { readFileSync } from 'node:fs';
import { type Clock, systemClock } from '../clock.ts';
import { Http1ClientConnection } from '../codec/http1/client-connection.ts';
import { Http2ClientConnection } from '../codec/http2/client-connection.ts';
import { StatsStore } from '../stats/store.ts';
import type { ClusterConfig } from './discovery/discovery.ts';
import type { DnsResolver, LookupFamily, Resolution } from './dns/resolver.ts';
import { UpstreamClusterManager } from './manager.ts';
import type { UpstreamCluster } from './upstream-cluster.ts';

/** A resolver whose answers a test gives, and which keeps what was asked. */
export class FakeResolver implements DnsResolver {
  readonly asked: { name: string; family: LookupFamily }[] = [];
  readonly #waiting: ((resolution: Resolution) => void)[] = [];

  resolve(name: string, family: LookupFamily, callback: (resolution: Resolution) => void): () => void {
    this.asked.push({ name, family });
    this.#waiting.push(callback);
    return () => {
      const at = this.#waiting.indexOf(callback);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Answers the oldest question. */
  answer(...addresses: string[]): void {
    this.answerWith({ status: 'success', addresses: addresses.map((address) => ({ address, ttl: 60 })) });
  }

  answerWith(resolution: Resolution): void {
    this.#waiting.shift()!(resolution);
  }
}

/** A cluster manager with everything around it faked or real as a test wants. */
export class TestClusters implements Disposable {
  readonly stats = new StatsStore();
  readonly resolver = new FakeResolver();
  readonly manager: UpstreamClusterManager;
  /** What `random` gives next, again and again. */
  random = 0;

  constructor(clock: Clock = systemClock) {
    let connections = 0;
    this.manager = new UpstreamClusterManager({
      stats: this.stats,
      clock,
      random: () => this.random,
      reader: { readFile: (path) => readFileSync(path), variables: {} },
      nextConnectionId: () => ++connections,
      createCodec: (callbacks, options) => new Http1ClientConnection(callbacks, options),
      createHttp2Codec: (callbacks, options, context) =>
        new Http2ClientConnection(callbacks, options, context),
      createResolver: () => this.resolver,
    });
  }

  /** Starts with one cluster, `c`, and returns it. */
  start(config: Partial<ClusterConfig> = {}): UpstreamCluster {
    this.manager.start([{ name: 'c', ...config }]);
    return this.manager.get('c')!;
  }

  /** The cluster's stats that are not zero, except those every update of hosts touches. */
  get counted(): Record<string, number> {
    const counted: Record<string, number> = {};
    for (const stat of [...this.stats.counters(), ...this.stats.gauges()]) {
      if (!stat.name.startsWith('cluster.c.') || stat.value === 0) continue;
      const name = stat.name.slice('cluster.c.'.length);
      if (!/^(membership_|default\.total)/.test(name)) counted[name.replace(/^upstream_/, '')] = stat.value;
    }
    return counted;
  }

  [Symbol.dispose](): void {
    this.manager[Symbol.dispose]();
  }
}

/** `load_assignment` of one locality. */
export function endpoints(
  ...addresses: (number | { port: number; weight?: number; health?: 'UNHEALTHY' | 'DRAINING' | 'DEGRADED' })[]
): NonNullable<ClusterConfig['load_assignment']> {
  return {
    cluster_name: 'c',
    endpoints: [
      {
        lb_endpoints: addresses.map((one) => {
          const { port, weight, health } = typeof one === 'number' ? { port: one } : one;
          return {
            endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
            ...(weight === undefined ? {} : { load_balancing_weight: weight }),
            ...(health === undefined ? {} : { health_status: health }),
          };
        }),
      },
    ],
  };
}

/** Waits for a state, ten seconds at most. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
