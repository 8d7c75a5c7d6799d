import type { AccessLogManager } from '../access-log/manager.ts';
import type { Clock } from '../clock.ts';
import type { ClusterManager } from '../cluster/cluster.ts';
import type { DataSourceReader } from '../data-source.ts';
import type { FormatEnvironment } from '../format/environment.ts';
import type { LoggerSet } from '../log/logger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Scope } from '../stats/stats.ts';
import type { SecretManager } from '../transport-sockets/tls/secrets/secret-manager.ts';
import type { DrainDecision } from './drain-manager.ts';

/** Who this proxy says it is: `node` of the bootstrap, `--service-node`, `--service-cluster`. */
export interface LocalInfo {
  readonly nodeId: string;
  readonly cluster: string;
  readonly zone: string;
  /** This machine's address, put into x-forwarded-for where the peer is on loopback. */
  readonly address: string;
}

/** What one worker shares among its listeners, clusters and filters. */
export interface ServerContext extends DataSourceReader {
  readonly clock: Clock;
  readonly stats: Scope;
  /** Where what is counted once, and not in each thread, goes; the same as `stats` where there is one thread. */
  readonly control: Scope;
  readonly clusters: ClusterManager;
  /** Names of the clusters there are, to check routes against. */
  readonly clusterNames: () => ReadonlySet<string>;
  readonly localInfo: LocalInfo;
  readonly loggers: LoggerSet;
  readonly accessLogs: AccessLogManager;
  readonly runtime: Runtime;
  readonly environment: FormatEnvironment;
  /** A random UUID. */
  readonly uuid: () => string;
  /** An unsigned 32-bit random integer. */
  readonly random: () => number;
  /** The worker's name in stats: `worker_0`. */
  readonly worker: string;
  /**
   * Keys of TLS session tickets (48 bytes) for the next certificate that is loaded; the n-th call gives the same in
   * every thread. Undefined: keys of its own will do.
   */
  readonly ticketKeys: (() => Buffer) | undefined;
  readonly secrets: SecretManager;
}

/** What an extension is configured in. */
export interface FactoryContext {
  readonly server: ServerContext;
  /** `listener.<address>.` */
  readonly listenerScope: Scope;
  /** Of the HTTP filters of a connection manager: `http.<stat_prefix>.`; the root elsewhere. */
  readonly scope: Scope;
  readonly drain: DrainDecision;
  /** Calls back when the listener is gone and its connections are closed. */
  readonly whenGone: (callback: () => void) => void;
  readonly direction: 'UNSPECIFIED' | 'INBOUND' | 'OUTBOUND';
}
