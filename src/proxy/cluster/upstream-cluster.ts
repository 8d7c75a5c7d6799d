import type { ResponseDecoder, WatermarkCallbacks } from '../codec/codec.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { UpstreamTransport } from '../transport-sockets/transport-socket.ts';
import type { AutoNames } from './auto-names.ts';
import { type Balancer, type BalancerKind, type BalancerOptions, balancers } from './balancer/balancer.ts';
import { CircuitBreakers } from './circuit-breaker.ts';
import type {
  Cluster,
  Host,
  LoadBalancerContext,
  PeerNames,
  PoolCallbacks,
  TcpPoolCallbacks,
} from './cluster.ts';
import type { ClusterContext, ClusterThreads } from './cluster-context.ts';
import { UpstreamClusterStats } from './cluster-stats.ts';
import { type ClusterConfig, type Discovery, discoveries } from './discovery/discovery.ts';
import { discoveryConfig } from './discovery/dns-cluster.ts';
import { Endpoint } from './host/endpoint.ts';
import { HostSet } from './host/host-set.ts';
import { PlainRecord } from './pool/plain-record.ts';
import { withNames } from './pool/pool-context.ts';
import { createPool } from './pool/pools.ts';
import { requestTcpConnection } from './pool/tcp-connection.ts';
import { UpstreamSocket, type UpstreamSocketCallbacks } from './pool/upstream-socket.ts';
import { createPoolContexts, type PoolContexts } from './pool-contexts.ts';
import { readSettings } from './settings.ts';

/** A cluster: hosts from its discovery, a balancer over them, a pool for each. */
export class UpstreamCluster implements Cluster, Disposable {
  readonly name: string;
  readonly observabilityName: string;
  readonly addedViaApi: boolean;
  readonly config: ClusterConfig;
  readonly stats: UpstreamClusterStats;
  readonly circuitBreakers: { readonly default: CircuitBreakers; readonly high: CircuitBreakers };
  readonly #hostSet: HostSet;
  /** What is counted of the hosts themselves. */
  readonly #membership: UpstreamClusterStats;
  readonly #threads: ClusterThreads | undefined;
  readonly #discovery: Discovery;
  readonly #contexts: PoolContexts;
  readonly #random: () => number;
  /** Over healthy hosts, or over all in panic. */
  readonly #balancer: Balancer;
  readonly #degradedBalancer: Balancer;
  readonly #hashed: boolean;
  readonly #strays: Endpoint[] = [];
  #onReady: (() => void) | undefined;

  constructor(config: ClusterConfig, context: ClusterContext, addedViaApi: boolean) {
    const settings = readSettings(config);
    this.config = config;
    this.name = settings.name;
    this.observabilityName = settings.observabilityName;
    this.addedViaApi = addedViaApi;
    const scope = context.stats.scope(`cluster.${settings.observabilityName}`);
    const stats = new UpstreamClusterStats(scope);
    this.stats = stats;
    const { runtime, threads } = context;
    this.#membership =
      threads?.control === undefined
        ? stats
        : new UpstreamClusterStats(threads.control.scope(`cluster.${settings.observabilityName}`));
    this.#threads = threads;
    const createResource = threads?.createResource?.(settings.name);
    const runtimePrefix = `circuit_breakers.${settings.name}.`;
    this.circuitBreakers = {
      default: new CircuitBreakers(
        settings.thresholds.default,
        stats,
        'default',
        runtime,
        runtimePrefix,
        createResource,
      ),
      high: new CircuitBreakers(
        settings.thresholds.high,
        stats,
        'high',
        runtime,
        runtimePrefix,
        createResource,
      ),
    };
    this.#hostSet = new HostSet(
      this.#membership,
      () =>
        runtime?.integer('upstream.healthy_panic_threshold', settings.panicThreshold) ??
        settings.panicThreshold,
    );
    this.#random = context.random;
    const options: BalancerOptions = {
      random: context.random,
      scope,
      ...settings.hashing,
      choiceCount: settings.choiceCount,
      activeRequestBias: () => Number(runtime?.get(settings.biasKey) ?? settings.activeRequestBias),
    };
    const kind: BalancerKind = balancers.find(({ name }) => name === settings.lbPolicy) ?? balancers[0];
    this.#balancer = kind.create(options);
    this.#hashed = kind.hashed === true;
    this.#degradedBalancer = this.#hashed ? this.#balancer : kind.create(options);
    this.#contexts = createPoolContexts(config, settings, {
      ...context,
      cluster: stats,
      scope,
      circuitBreakers: this.circuitBreakers.default,
    });
    const discovery = discoveryConfig(config);
    const type = discovery.type ?? 'STATIC';
    const discover = threads?.discover ?? discoveries.find((one) => one.type === type)!.create;
    this.#discovery = discover({
      config: discovery,
      stats: this.#membership,
      clock: context.clock,
      random: context.random,
      resolver: () => context.createResolver(discovery),
      onHosts: (hosts) => this.#setHosts(hosts),
      onReady: () => this.#ready(),
    });
  }

  protocolOptions(filter: string): unknown {
    return this.config.typed_extension_protocol_options?.[filter];
  }

  /** What its connections speak below HTTP. */
  get transport(): UpstreamTransport {
    return this.#contexts.main.transport;
  }

  get autoNames(): AutoNames | undefined {
    return this.#contexts.main.settings.autoNames;
  }

  get hosts(): readonly Endpoint[] {
    return this.#hostSet.all;
  }

  /** Begins to look for hosts; `onReady` is called once, at once when they are known already. */
  start(onReady: () => void): void {
    this.#onReady = onReady;
    this.#membership.level('warming_state').set(1);
    this.#discovery.start();
  }

  chooseHost(context?: LoadBalancerContext): Endpoint | null {
    const host = this.pickHost(context);
    if (host === null) this.stats.noneHealthy.inc();
    return host;
  }

  pickHost(context?: LoadBalancerContext): Endpoint | null {
    const set = this.#hostSet;
    let host: Endpoint | null;
    if (set.panic) {
      this.stats.count('lb_healthy_panic').inc();
      host = this.#balancer.choose(context);
    } else if (!this.#hashed && set.degradedLoad > 0 && this.#random() * 100 < set.degradedLoad) {
      host = this.#degradedBalancer.choose(context);
    } else {
      host = this.#balancer.choose(context);
    }
    return host;
  }

  newStream(
    host: Host,
    decoder: ResponseDecoder & WatermarkCallbacks,
    callbacks: PoolCallbacks,
    downstreamProtocol?: string,
    names?: PeerNames,
  ): { cancel(): void } {
    const endpoint = host as Endpoint;
    endpoint.pool ??= createPool(endpoint, this.#contexts.main, this.#contexts.http2);
    return endpoint.pool.newStream(decoder, callbacks, downstreamProtocol, names);
  }

  newConnection(host: Host, callbacks: TcpPoolCallbacks, names?: PeerNames): { cancel(): void } {
    return requestTcpConnection(host as Endpoint, withNames(this.#contexts.main, names), callbacks);
  }

  openSocket(host: Host, callbacks: UpstreamSocketCallbacks, active: () => boolean): UpstreamSocket {
    const endpoint = host as Endpoint;
    return new UpstreamSocket(
      endpoint,
      this.#contexts.plain,
      callbacks,
      new PlainRecord(endpoint, this.#contexts.plain, active),
    );
  }

  strayHost(address: SocketAddress): Endpoint {
    const host = new Endpoint(address, {
      hostname: '',
      weight: 1,
      locality: { region: '', zone: '', subZone: '' },
      priority: 0,
      health: 'UNKNOWN',
      canary: false,
    });
    this.#strays.push(host);
    return host;
  }

  whenGone(host: Host, callback: (closing: boolean) => void): () => void {
    const endpoint = host as Endpoint;
    endpoint.onGone ??= new Set();
    endpoint.onGone.add(callback);
    return () => endpoint.onGone?.delete(callback);
  }

  /** Stops looking for hosts and lets the pools finish what is on them; calls back when they have. */
  drain(onDrained: () => void = () => {}): void {
    this.#discovery[Symbol.dispose]();
    for (const host of [...this.hosts, ...this.#strays]) tellGone(host, true);
    const pools = this.hosts.filter(({ pool }) => pool !== undefined);
    let left = pools.length;
    if (left === 0) onDrained();
    for (const host of pools) drainPool(host, () => --left === 0 && onDrained());
  }

  /** Closes everything at once. */
  [Symbol.dispose](): void {
    this.#discovery[Symbol.dispose]();
    for (const host of this.hosts) {
      host.pool?.close();
      tellGone(host, true);
    }
    for (const host of this.#strays) tellGone(host, true);
  }

  #setHosts(hosts: readonly Endpoint[]): void {
    const set = this.#hostSet;
    const gone = set.all.filter((host) => !hosts.includes(host));
    set.update(hosts);
    this.#balancer.update(set.panic ? set.all : set.healthy);
    if (!this.#hashed) this.#degradedBalancer.update(set.degraded);
    for (const host of gone) {
      drainPool(host);
      tellGone(host, false);
    }
    this.#threads?.onHosts?.(this.name, hosts);
  }

  #ready(): void {
    const onReady = this.#onReady;
    if (onReady === undefined) return;
    this.#onReady = undefined;
    this.#membership.level('warming_state').set(0);
    onReady();
  }
}

function tellGone(host: Endpoint, closing: boolean): void {
  const { onGone } = host;
  host.onGone = undefined;
  for (const callback of onGone ?? []) callback(closing);
}

function drainPool(host: Endpoint, onDrained: () => void = () => {}): void {
  const { pool } = host;
  host.pool = undefined;
  pool?.drain(onDrained);
}
