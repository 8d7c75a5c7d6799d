import type { Clock } from '../clock.ts';
import type {
  ClientConnection,
  ClientConnectionCallbacks,
  ResponseDecoder,
  WatermarkCallbacks,
} from '../codec/codec.ts';
import type { Http1ClientOptions } from '../codec/http1/options.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Scope } from '../stats/stats.ts';
import { type Balancer, type BalancerKind, type BalancerOptions, balancers } from './balancer/balancer.ts';
import { CircuitBreakers } from './circuit-breaker.ts';
import type { Cluster, Host, PoolCallbacks } from './cluster.ts';
import { UpstreamClusterStats } from './cluster-stats.ts';
import { type ClusterConfig, type Discovery, discoveries } from './discovery/discovery.ts';
import type { DnsResolver } from './dns/resolver.ts';
import type { Endpoint } from './host/endpoint.ts';
import { HostSet } from './host/host-set.ts';
import { ConnectionPool } from './pool/connection-pool.ts';
import type { PoolContext } from './pool/pool-context.ts';
import { readSettings } from './settings.ts';

/** What clusters need of the data plane. */
export interface ClusterContext {
  /** The root of the stats; `remove` forgets those below a prefix. */
  readonly stats: Scope & { remove(prefix: string): void };
  /** Overrides of limits; none when absent. */
  readonly runtime?: Runtime;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Numbers connections, downstream and upstream alike. */
  readonly nextConnectionId: () => number;
  /** Makes the codec of a new upstream connection. */
  readonly createCodec: (
    callbacks: ClientConnectionCallbacks,
    options: Http1ClientOptions,
  ) => ClientConnection;
  /** Makes the resolver a cluster's config asks for. */
  readonly createResolver: (config: ClusterConfig) => DnsResolver;
}

/** A cluster: hosts from its discovery, a balancer over them, a pool for each. */
export class UpstreamCluster implements Cluster, Disposable {
  readonly name: string;
  readonly observabilityName: string;
  readonly addedViaApi: boolean;
  readonly config: ClusterConfig;
  readonly stats: UpstreamClusterStats;
  readonly circuitBreakers: { readonly default: CircuitBreakers; readonly high: CircuitBreakers };
  readonly #hostSet: HostSet;
  readonly #discovery: Discovery;
  readonly #poolContext: PoolContext;
  readonly #random: () => number;
  /** Over healthy hosts, or over all in panic. */
  readonly #balancer: Balancer;
  readonly #degradedBalancer: Balancer;
  #onReady: (() => void) | undefined;

  constructor(config: ClusterConfig, context: ClusterContext, addedViaApi: boolean) {
    const settings = readSettings(config);
    this.config = config;
    this.name = settings.name;
    this.observabilityName = settings.observabilityName;
    this.addedViaApi = addedViaApi;
    const stats = new UpstreamClusterStats(context.stats.scope(`cluster.${settings.observabilityName}`));
    this.stats = stats;
    const { runtime } = context;
    const runtimePrefix = `circuit_breakers.${settings.name}.`;
    this.circuitBreakers = {
      default: new CircuitBreakers(settings.thresholds.default, stats, 'default', runtime, runtimePrefix),
      high: new CircuitBreakers(settings.thresholds.high, stats, 'high', runtime, runtimePrefix),
    };
    this.#hostSet = new HostSet(
      stats,
      () =>
        runtime?.integer('upstream.healthy_panic_threshold', settings.panicThreshold) ??
        settings.panicThreshold,
    );
    this.#random = context.random;
    const options: BalancerOptions = {
      random: context.random,
      choiceCount: settings.choiceCount,
      activeRequestBias: () => Number(runtime?.get(settings.biasKey) ?? settings.activeRequestBias),
    };
    const kind: BalancerKind = balancers.find(({ name }) => name === settings.lbPolicy) ?? balancers[0];
    this.#balancer = kind.create(options);
    this.#degradedBalancer = kind.create(options);
    this.#poolContext = {
      settings,
      stats,
      circuitBreakers: this.circuitBreakers.default,
      clock: context.clock,
      nextConnectionId: context.nextConnectionId,
      createCodec: (callbacks) => context.createCodec(callbacks, settings.http1),
    };
    const type = config.type ?? 'STATIC';
    this.#discovery = discoveries
      .find((one) => one.type === type)!
      .create({
        config,
        stats,
        clock: context.clock,
        random: context.random,
        resolver: () => context.createResolver(config),
        onHosts: (hosts) => this.#setHosts(hosts),
        onReady: () => this.#ready(),
      });
  }

  get hosts(): readonly Endpoint[] {
    return this.#hostSet.all;
  }

  /** Begins to look for hosts; `onReady` is called once, at once when they are known already. */
  start(onReady: () => void): void {
    this.#onReady = onReady;
    this.stats.level('warming_state').set(1);
    this.#discovery.start();
  }

  chooseHost(): Endpoint | null {
    const set = this.#hostSet;
    let host: Endpoint | null;
    if (set.panic) {
      this.stats.count('lb_healthy_panic').inc();
      host = this.#balancer.choose();
    } else if (set.degradedLoad > 0 && this.#random() * 100 < set.degradedLoad) {
      host = this.#degradedBalancer.choose();
    } else {
      host = this.#balancer.choose();
    }
    if (host === null) this.stats.noneHealthy.inc();
    return host;
  }

  newStream(
    host: Host,
    decoder: ResponseDecoder & WatermarkCallbacks,
    callbacks: PoolCallbacks,
  ): { cancel(): void } {
    const endpoint = host as Endpoint;
    endpoint.pool ??= new ConnectionPool(endpoint, this.#poolContext);
    return endpoint.pool.newStream(decoder, callbacks);
  }

  /** Stops looking for hosts and lets the pools finish what is on them; calls back when they have. */
  drain(onDrained: () => void = () => {}): void {
    this.#discovery[Symbol.dispose]();
    const pools = this.hosts.filter(({ pool }) => pool !== undefined);
    let left = pools.length;
    if (left === 0) onDrained();
    for (const host of pools) drainPool(host, () => --left === 0 && onDrained());
  }

  /** Closes everything at once. */
  [Symbol.dispose](): void {
    this.#discovery[Symbol.dispose]();
    for (const host of this.hosts) host.pool?.close();
  }

  #setHosts(hosts: readonly Endpoint[]): void {
    const set = this.#hostSet;
    const gone = set.all.filter((host) => !hosts.includes(host));
    set.update(hosts);
    this.#balancer.update(set.panic ? set.all : set.healthy);
    this.#degradedBalancer.update(set.degraded);
    for (const host of gone) drainPool(host);
  }

  #ready(): void {
    const onReady = this.#onReady;
    if (onReady === undefined) return;
    this.#onReady = undefined;
    this.stats.level('warming_state').set(0);
    onReady();
  }
}

function drainPool(host: Endpoint, onDrained: () => void = () => {}): void {
  const { pool } = host;
  host.pool = undefined;
  pool?.drain(onDrained);
}
