import type { Bootstrap } from '../../bootstrap/load.ts';
import type { FileLock } from '../access-log/log-file.ts';
import { AccessLogManager } from '../access-log/manager.ts';
import type { AdminListener } from '../admin/admin-listener.ts';
import type { Clock } from '../clock.ts';
import type { ClusterThreads } from '../cluster/cluster-context.ts';
import { resolverFactory } from '../cluster/dns/create.ts';
import { UpstreamClusterManager } from '../cluster/manager.ts';
import { Http1ClientConnection } from '../codec/http1/client-connection.ts';
import { Http2ClientConnection } from '../codec/http2/client-connection.ts';
import { createRouterStats } from '../filters/http/router/router-state.ts';
import type { FormatEnvironment } from '../format/environment.ts';
import { ListenerManager, type OpenListener } from '../listener/listener-manager.ts';
import type { LoggerSet } from '../log/logger.ts';
import { LayeredRuntime } from '../runtime/layered-runtime.ts';
import { storeOptions } from '../stats/config.ts';
import { StatsStore } from '../stats/store.ts';
import { SecretManager } from '../transport-sockets/tls/secrets/secret-manager.ts';
import type {
  CertificateDetails,
  DownstreamTransport,
  UpstreamTransport,
} from '../transport-sockets/transport-socket.ts';
import { type Command, execute } from './command.ts';
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
  /** What is different where the process has several threads. */
  readonly threads?: ServerThreads;
}

/** The place of a server among the threads of its process: the main one and the workers that serve. */
export interface ServerThreads {
  /** What this thread counts of traffic; the main one's shows what all count. */
  readonly stats: StatsStore;
  /** What is counted once: of the main thread `stats`, of a worker what nobody is shown. */
  readonly control: StatsStore;
  /** The worker's name in stats: `worker_0`. */
  readonly worker: string;
  readonly clusters: ClusterThreads;
  readonly open: OpenListener;
  readonly nextConnectionId: () => number;
  readonly ticketKeys: () => Buffer;
  readonly logLock: FileLock;
  /** Of the main thread: passes on to the workers what changes them all, and returns when they have done it. */
  readonly tell?: (command: Command) => void;
  /** Of the main thread: brings the hosts' numbers up to date, before they are shown. */
  readonly refreshHosts?: () => void;
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
  readonly #threads: ServerThreads | undefined;
  readonly #secrets: SecretManager;
  #closed = false;
  #connections = 0;
  #admin: AdminListener | undefined;
  /** Called when `/quitquitquit` is posted. */
  onQuit: (() => void) | undefined;

  /** @throws LabError in Envoy's words for a config it refuses */
  constructor(bootstrap: Bootstrap, options: ServerOptions, world: ServerWorld) {
    const { clock, loggers, random, threads } = world;
    this.#threads = threads;
    this.bootstrap = bootstrap;
    this.options = options;
    this.loggers = loggers;
    this.#clock = clock;
    this.startedAt = clock.wallNow();
    const stats = threads?.stats ?? new StatsStore(storeOptions(bootstrap.stats_config));
    const control = threads?.control ?? stats;
    this.stats = stats;
    this.serverStats = new ServerStats(control, this);
    this.runtime = new LayeredRuntime(bootstrap.layered_runtime, control);
    this.accessLogs = new AccessLogManager(clock, stats, options.fileFlushIntervalMs, threads?.logLock);
    this.drainManager = new DrainManager(clock, options.drainTimeMs, options.drainStrategy, {
      drainClose: () => this.healthCheckFailed,
    });
    const reader = { readFile: world.readFile, variables: world.variables };
    this.#secrets = new SecretManager(bootstrap.static_resources?.secrets ?? [], reader, clock, control);
    this.clusters = new UpstreamClusterManager({
      stats,
      clock,
      random,
      reader,
      secrets: this.#secrets,
      nextConnectionId: () => this.nextConnectionId(),
      createCodec: (callbacks, options) => new Http1ClientConnection(callbacks, options),
      createHttp2Codec: (callbacks, options, context) =>
        new Http2ClientConnection(callbacks, options, context),
      runtime: this.runtime,
      createResolver: resolverFactory(control),
      threads: threads?.clusters,
    });
    // Of Envoy's client for its own calls, which nothing here makes.
    createRouterStats(stats.scope('http').scope('async-client'));
    const environment: FormatEnvironment = {
      hostname: world.hostname,
      variables: world.variables,
      clock,
      uuid: world.uuid,
    };
    this.context = {
      clock,
      stats,
      control,
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
      worker: threads?.worker ?? 'worker_0',
      ticketKeys: threads?.ticketKeys,
      secrets: this.#secrets,
    };
    const drain = { drainMs: options.drainTimeMs, strategy: options.drainStrategy };
    this.listeners = new ListenerManager(
      this.context,
      drain,
      this.drainManager,
      () => this.nextConnectionId(),
      threads?.open,
    );
    this.#flushing = control.startFlushing(clock, bootstrap.stats_flush_interval ?? 5000);
  }

  /** Connections are numbered across all listeners. */
  nextConnectionId(): number {
    return this.#threads === undefined ? this.#connections++ : this.#threads.nextConnectionId();
  }

  /** Brings the hosts' numbers up to date where other threads count them. */
  refreshHosts(): void {
    this.#threads?.refreshHosts?.();
  }

  /** Does what a command says, in all threads of the process. */
  command(command: Command): void {
    execute(command, this);
    this.#threads?.tell?.(command);
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

  /** ms until the first certificate in use ends; undefined: there is none. */
  get certificateLifetime(): number | undefined {
    const ends = this.certificates.map(({ expires }) => expires);
    return ends.length === 0 ? undefined : Math.min(...ends) - this.#clock.wallNow();
  }

  /** All certificates in use, ours and those of authorities. */
  get certificates(): CertificateDetails[] {
    return this.transports.flatMap(({ certificates, authorities = [] }) => [...certificates, ...authorities]);
  }

  /** What of filter chains and clusters speaks TLS; there are none yet when the stats are made. */
  get transports(): (DownstreamTransport | UpstreamTransport)[] {
    const { listeners = [] } = this.listeners ?? {};
    const chains = listeners.flatMap(({ listener }) => listener.filterChains.all);
    const clusters = [...(this.clusters?.clusters ?? [])];
    return [...chains, ...clusters].map(({ transport }) => transport).filter(({ encrypted }) => encrypted);
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
    this.serverStats.initializationTime.record(this.uptime);
  }

  /** Ends everything at once; what the access logs hold is written. */
  async shutdown(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#admin?.close();
    this.listeners.close();
    this.clusters[Symbol.dispose]();
    this.#secrets[Symbol.dispose]();
    this.drainManager.dispose();
    this.#flushing[Symbol.dispose]();
    await this.accessLogs.flush();
  }
}
