import type { Clock } from '../clock.ts';
import type { ClientConnection, ClientConnectionCallbacks } from '../codec/codec.ts';
import type { Http1ClientOptions } from '../codec/http1/options.ts';
import type { Http2ClientCallbacks, Http2ClientConnection } from '../codec/http2/client-connection.ts';
import type { KeepaliveContext } from '../codec/http2/keepalive.ts';
import type { Http2Options } from '../codec/http2/options.ts';
import type { DataSourceReader } from '../data-source.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Scope } from '../stats/stats.ts';
import type { SecretManager } from '../transport-sockets/tls/secrets/secret-manager.ts';
import type { CreateResource } from './circuit-breaker.ts';
import type { ClusterConfig, DiscoveryKind } from './discovery/discovery.ts';
import type { DnsResolver } from './dns/resolver.ts';
import type { Endpoint } from './host/endpoint.ts';

/** What clusters need of the data plane. */
export interface ClusterContext {
  /** The root of the stats; `remove` forgets those below a prefix. */
  readonly stats: Scope & { remove(prefix: string): void };
  /** Overrides of limits; none when absent. */
  readonly runtime?: Runtime;
  readonly clock: Clock;
  /** Where certificates of upstream TLS are read. */
  readonly reader: DataSourceReader;
  /** Where those are found that stand elsewhere; none when absent. */
  readonly secrets?: SecretManager | undefined;
  /** In [0, 1). */
  readonly random: () => number;
  /** Numbers connections, downstream and upstream alike. */
  readonly nextConnectionId: () => number;
  /** Makes the codec of a new upstream connection. */
  readonly createCodec: (
    callbacks: ClientConnectionCallbacks,
    options: Http1ClientOptions,
  ) => ClientConnection;
  readonly createHttp2Codec: (
    callbacks: Http2ClientCallbacks,
    options: Http2Options,
    context: KeepaliveContext,
  ) => Http2ClientConnection;
  /** Makes the resolver a cluster's config asks for. */
  readonly createResolver: (config: ClusterConfig) => DnsResolver;
  /** What is different where the process has several threads. */
  readonly threads?: ClusterThreads | undefined;
}

/** What a cluster of one thread among several shares with those of its name in the others. */
export interface ClusterThreads {
  /** How many threads serve. */
  readonly workers: number;
  /** The root for what only the main thread counts: who the hosts are. */
  readonly control?: Scope;
  /** Where a worker's hosts come from, whatever the cluster's type. */
  readonly discover?: DiscoveryKind['create'];
  /** Told of every change of a cluster's hosts. */
  readonly onHosts?: (cluster: string, hosts: readonly Endpoint[]) => void;
  /** Makes the limits of a cluster count for all threads. */
  readonly createResource?: (cluster: string) => CreateResource;
}
