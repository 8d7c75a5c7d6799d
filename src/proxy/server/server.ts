import type { Bootstrap } from '../../bootstrap/load.ts';
import { AccessLogManager } from '../access-log/manager.ts';
import type { AdminListener } from '../admin/admin-listener.ts';
import type { Clock } from '../clock.ts';
import { resolverFactory } from '../cluster/dns/create.ts';
import { UpstreamClusterManager } from '../cluster/manager.ts';
import { Http1ClientConnection } from '../codec/http1/client-connection.ts';
import type { FormatEnvironment } from '../format/environment.ts';
import { ListenerManager } from '../listener/listener-manager.ts';
import type { LoggerSet } from '../log/logger.ts';
import { LayeredRuntime } from '../runtime/layered-runtime.ts';
import { storeOptions } from '../stats/config.ts';
import { StatsStore } from '../stats/store.ts';
import type { ServerContext } from './context.ts';
import { DrainManager, type DrainStrategy } from './drain-manager.ts';
import { localInfo } from './local-info.ts';
import { ServerStats } from './server-stats.ts';

/** What a server is told from outside. */
export interface ServerOptions {
  readonly drainTimeMs: number;
  readonly drainStrategy: DrainStrategy;
  readonly fileFlushIntervalMs: number;
  readonly serviceCluster: string;
  readonly serviceNode: string;
  readonly serviceZone: string;
  readonly localAddressIpVersion: 'v4' | 'v6';
  readonly concurrency: number;
  /** The command line as it was given, for `/server_info`. */
  readonly given?: ReadonlyMap<string, string | true>;
  readonly logLevel?: string;
  readonly logPattern?: string;
}

/** What a server needs of the process it runs in. */
export interface ServerWorld {
  readonly clock: Clock;
  readonly loggers: LoggerSet;
  readonly hostname: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readFile(path: string): Buffer;
  uuid(): string;
  /** In [0, 1). */
  random(): number;
}

/** As `/server_info` names it. */
export type ServerState = 'PRE_INITIALIZING' | 'INITIALIZING' | 'LIVE' | 'DRAINING';

/**
 * The data plane of one process: makes its managers from a bootstrap, starts them in Envoy's order, and ends them.
 * Whatever changes them later (xDS, a reload) uses the same managers.
 */
export class Server {
  readonly bootstrap: Bootstrap;
  readonly options: ServerOptions;
  readonly stats: StatsStore;
  readonly serverStats: ServerStats;
  readonly runtime: LayeredRuntime;
  readonly accessLogs: AccessLogManager;
  readonly clusters: UpstreamClusterManager;
  readonly listeners: ListenerManager;
  readonly drainManager: DrainManager;
  readonly context: ServerContext;
  readonly loggers: LoggerSet;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** `/healthcheck/fail` was posted: connections are wound down and `/ready` says so. */
  healthCheckFailed = false;
  #state: ServerState = 'PRE_INITIALIZING';
  readonly #clock: Clock;
  readonly #flushing: Disposable;
  #closed = false;
  #connections = 0;
  #admin: AdminListener | undefined;
  /** Called when `/quitquitquit` is posted. */
  onQuit: (() => void) | undefined;

  /** @throws LabError in Envoy's words for a config it refuses */
  constructor(bootstrap: Bootstrap, options: ServerOptions, world: ServerWorld) {
    const { clock, loggers, random } = world;
    this.bootstrap = bootstrap;
    this.options = options;
    this.loggers = loggers;
    this.#clock = clock;
    this.startedAt = clock.wallNow();
    const stats = new StatsStore(storeOptions(bootstrap.stats_config));
    this.stats = stats;
    this.serverStats = new ServerStats(stats, this);
    this.runtime = new LayeredRuntime(bootstrap.layered_runtime, stats);
    this.accessLogs = new AccessLogManager(clock, stats, options.fileFlushIntervalMs);
    this.drainManager = new DrainManager(clock, options.drainTimeMs, options.drainStrategy, {
      drainClose: () => this.healthCheckFailed,
    });
    this.clusters = new UpstreamClusterManager({
      stats,
      clock,
      random,
      nextConnectionId: () => this.nextConnectionId(),
      createCodec: (callbacks, options) => new Http1ClientConnection(callbacks, options),
      runtime: this.runtime,
      createResolver: resolverFactory(stats),
    });
    const environment: FormatEnvironment = {
      hostname: world.hostname,
      variables: world.variables,
      clock,
      uuid: world.uuid,
    };
    this.context = {
      clock,
      stats,
      clusters: this.clusters,
      clusterNames: () => new Set(Array.from(this.clusters.clusters, ({ name }) => name)),
      localInfo: localInfo(bootstrap.node, options),
      loggers,
      accessLogs: this.accessLogs,
      runtime: this.runtime,
      environment,
      variables: world.variables,
      readFile: world.readFile,
      uuid: world.uuid,
      random: () => Math.floor(random() * 2 ** 32),
      worker: 'worker_0',
    };
    const drain = { drainMs: options.drainTimeMs, strategy: options.drainStrategy };
    this.listeners = new ListenerManager(this.context, drain, this.drainManager, () =>
      this.nextConnectionId(),
    );
    this.#flushing = stats.startFlushing(clock, bootstrap.stats_flush_interval ?? 5000);
  }

  /** Connections are numbered across all listeners. */
  nextConnectionId(): number {
    return this.#connections++;
  }

  /** The admin interface, when the bootstrap has one and it is started. */
  get admin(): AdminListener | undefined {
    return this.#admin;
  }

  /**
   * Opens the admin interface, when the bootstrap has one; returns its address as text.
   *
   * @throws LabError `runtime` when its address cannot be bound
   */
  async startAdmin(): Promise<string | undefined> {
    const address = this.bootstrap.admin?.address;
    if (address === undefined) return undefined;
    const { AdminListener } = await import('../admin/admin-listener.ts');
    this.#admin = await AdminListener.open(this, address);
    return this.#admin.address;
  }

  get state(): ServerState {
    if (this.#state === 'LIVE' && this.healthCheckFailed) return 'DRAINING';
    return this.#state;
  }

  /** ms since it was made. */
  get uptime(): number {
    return this.#clock.wallNow() - this.startedAt;
  }

  /**
   * Makes clusters and listeners of the bootstrap without starting anything.
   *
   * @throws LabError in Envoy's words for a config it refuses
   */
  async load(): Promise<void> {
    const { clusters = [], listeners = [] } = this.bootstrap.static_resources ?? {};
    const log = this.loggers.get('config');
    this.#state = 'INITIALIZING';
    log.info(`loading ${clusters.length} cluster(s)`);
    this.clusters.start(clusters);
    log.info(`loading ${listeners.length} listener(s)`);
    for (const listener of listeners) await this.listeners.addOrUpdate(listener, true);
  }

  /**
   * Waits for the first answer of every cluster, then listens.
   *
   * @throws LabError `runtime` when an address cannot be bound
   */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.clusters.whenInitialized(resolve));
    this.loggers.get('upstream').info('cm init: all clusters initialized');
    this.loggers.get('main').info('all clusters initialized. initializing init manager');
    this.loggers.get('config').info('all dependencies initialized. starting workers');
    await this.listeners.start();
    this.#state = 'LIVE';
    this.serverStats.live.set(1);
  }

  /** Ends everything at once; what the access logs hold is written. */
  async shutdown(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#admin?.close();
    this.listeners.close();
    this.clusters[Symbol.dispose]();
    this.drainManager.dispose();
    this.#flushing[Symbol.dispose]();
    await this.accessLogs.flush();
  }
}
