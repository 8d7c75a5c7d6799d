import type { AccessLogManager } from '../access-log/manager.ts';
import type { Clock } from '../clock.ts';
import type { ClusterManager } from '../cluster/cluster.ts';
import type { DataSourceReader } from '../data-source.ts';
import type { FormatEnvironment } from '../format/environment.ts';
import type { LoggerSet } from '../log/logger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Scope } from '../stats/stats.ts';
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
}

/** What an extension is configured in. */
export interface FactoryContext {
  readonly server: ServerContext;
  /** `listener.<address>.` */
  readonly listenerScope: Scope;
  /** Of the HTTP filters of a connection manager: `http.<stat_prefix>.`; the root elsewhere. */
  readonly scope: Scope;
  readonly drain: DrainDecision;
  readonly direction: 'UNSPECIFIED' | 'INBOUND' | 'OUTBOUND';
}
