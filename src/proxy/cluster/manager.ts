import { LabError } from '../../error.ts';
import { sanitizeStatName } from '../stats/sanitize.ts';
import type { Gauge, Scope } from '../stats/stats.ts';
import type { ClusterManager } from './cluster.ts';
import type { ClusterContext } from './cluster-context.ts';
import { type ClusterConfig, discoveries } from './discovery/discovery.ts';
import { discoveryConfig } from './discovery/dns-cluster.ts';
import { UpstreamCluster } from './upstream-cluster.ts';
import { httpOptions } from './upstream-protocol.ts';

/** `cluster_manager.…` counters, made with the manager. */
const managerCounters = [
  'cluster_added',
  'cluster_modified',
  'cluster_removed',
  'cluster_updated',
  'cluster_updated_via_merge',
  'update_merge_cancelled',
  'update_out_of_merge_window',
] as const;

/**
 * All clusters by name. A cluster added while the data plane runs warms first: it is found only once its
 * endpoints are known, and until then the one it replaces serves on.
 */
export class UpstreamClusterManager implements ClusterManager, Disposable {
  readonly #context: ClusterContext;
  readonly #scope: Scope;
  readonly #active = new Map<string, UpstreamCluster>();
  readonly #warming = new Map<string, UpstreamCluster>();
  readonly #activeGauge: Gauge;
  readonly #warmingGauge: Gauge;
  /** Envoy's clusters per thread; ours are one set. */
  readonly #inflated: readonly Gauge[];
  #initialized = false;
  #onInitialized: (() => void)[] = [];

  constructor(context: ClusterContext) {
    this.#context = context;
    const { workers = 1, control = context.stats } = context.threads ?? {};
    this.#scope = control.scope('cluster_manager');
    for (const name of managerCounters) this.#scope.counter(name);
    this.#activeGauge = this.#scope.gauge('active_clusters');
    this.#warmingGauge = this.#scope.gauge('warming_clusters');
    const threads = control.scope('thread_local_cluster_manager');
    const names = ['main_thread', ...Array.from({ length: workers }, (_, index) => `worker_${index}`)];
    this.#inflated = names.map((thread) => threads.gauge(`${thread}.clusters_inflated`));
  }

  get(name: string): UpstreamCluster | undefined {
    return this.#active.get(name);
  }

  /** In the order they were added. */
  get clusters(): Iterable<UpstreamCluster> {
    return this.#active.values();
  }

  get warming(): Iterable<UpstreamCluster> {
    return this.#warming.values();
  }

  /** Whether every cluster of the bootstrap has had its first answer. */
  get initialized(): boolean {
    return this.#initialized;
  }

  /**
   * Adds the clusters of the bootstrap and begins to look for their hosts.
   *
   * @throws LabError `invalid`: a cluster's config cannot be, in Envoy's words.
   */
  start(configs: readonly ClusterConfig[]): void {
    for (const config of configs) {
      if (this.#active.has(config.name)) {
        throw new LabError('invalid', `cluster manager: duplicate cluster '${config.name}'`);
      }
      this.#active.set(config.name, this.#create(config, false));
      this.#scope.counter('cluster_added').inc();
    }
    this.#count();
    let left = this.#active.size;
    const done = (): void => {
      if (--left === 0) this.#finishInitialization();
    };
    if (left === 0) this.#finishInitialization();
    for (const cluster of [...this.#active.values()]) cluster.start(done);
  }

  /** Calls back once every cluster of the bootstrap has had its first answer; at once when that was before. */
  whenInitialized(callback: () => void): void {
    if (this.#initialized) callback();
    else this.#onInitialized.push(callback);
  }

  /** Adds a cluster or replaces one of the same name, once the new one is ready; false: nothing changed. */
  addOrUpdate(config: ClusterConfig): boolean {
    const known = this.#warming.get(config.name) ?? this.#active.get(config.name);
    if (known !== undefined && JSON.stringify(known.config) === JSON.stringify(config)) return false;
    const cluster = this.#create(config, true);
    this.#scope.counter(known === undefined ? 'cluster_added' : 'cluster_modified').inc();
    this.#warming.get(config.name)?.drain();
    this.#warming.set(config.name, cluster);
    this.#count();
    cluster.start(() => {
      this.#warming.delete(config.name);
      const previous = this.#active.get(config.name);
      this.#active.set(config.name, cluster);
      previous?.drain();
      this.#count();
    });
    return true;
  }

  /** Takes away a cluster that was added at run time; false: there is none, or it came with the bootstrap. */
  remove(name: string): boolean {
    const found = [this.#warming, this.#active].filter((map) => map.get(name)?.addedViaApi);
    for (const map of found) {
      const cluster = map.get(name)!;
      map.delete(name);
      cluster.drain(() => this.#forget(cluster));
    }
    if (found.length === 0) return false;
    this.#scope.counter('cluster_removed').inc();
    this.#count();
    return true;
  }

  /** Closes every connection and stops all lookups. */
  [Symbol.dispose](): void {
    for (const map of [this.#warming, this.#active]) {
      for (const cluster of map.values()) cluster[Symbol.dispose]();
      map.clear();
    }
  }

  #create(config: ClusterConfig, addedViaApi: boolean): UpstreamCluster {
    const discovery = discoveryConfig(config);
    const type = discovery.type ?? 'STATIC';
    const problem = discoveries.find((one) => one.type === type)?.refuse?.(discovery);
    if (problem !== undefined) throw new LabError('invalid', problem);
    const common = httpOptions(config)?.common_http_protocol_options ?? config.common_http_protocol_options;
    if (common?.max_stream_duration) {
      throw new LabError(
        'invalid',
        `cluster '${config.name}': max_stream_duration of upstream requests is not implemented by the ts data plane`,
        { hint: 'use --engine envoy, or the route’s timeout' },
      );
    }
    return new UpstreamCluster(config, this.#context, addedViaApi);
  }

  /** Drops the stats of a cluster that is gone, unless one that counts there is back. */
  #forget({ observabilityName }: UpstreamCluster): void {
    for (const map of [this.#warming, this.#active]) {
      for (const cluster of map.values()) if (cluster.observabilityName === observabilityName) return;
    }
    this.#context.stats.remove(`cluster.${sanitizeStatName(observabilityName)}.`);
  }

  #finishInitialization(): void {
    this.#initialized = true;
    const callbacks = this.#onInitialized;
    this.#onInitialized = [];
    for (const callback of callbacks) callback();
  }

  #count(): void {
    this.#activeGauge.set(this.#active.size);
    this.#warmingGauge.set(this.#warming.size);
    for (const gauge of this.#inflated) gauge.set(this.#active.size);
  }
}
