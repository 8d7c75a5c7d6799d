import type {
  RequestEncoder,
  ResponseDecoder,
  StreamResetReason,
  WatermarkCallbacks,
} from '../codec/codec.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { Counter, Gauge, Histogram } from '../stats/stats.ts';
import type { CircuitBreakers } from './circuit-breaker.ts';

/** Where an endpoint is; empty strings when the config does not say. */
export interface Locality {
  readonly region: string;
  readonly zone: string;
  readonly subZone: string;
}

/** What an endpoint's config says of its health. */
export type HealthStatus = 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' | 'DRAINING' | 'TIMEOUT' | 'DEGRADED';

/** One endpoint of a cluster. */
export interface Host {
  readonly address: SocketAddress;
  /** The endpoint's `hostname`, else the name it was resolved from; empty for an endpoint given by address. */
  readonly hostname: string;
  readonly weight: number;
  readonly stats: HostStats;
  readonly locality: Locality;
  readonly priority: number;
  readonly health: HealthStatus;
  readonly canary: boolean;
}

/** What `/clusters` prints for a host. */
export interface HostStats {
  readonly cxActive: Gauge;
  readonly cxConnectFail: Counter;
  readonly cxTotal: Counter;
  readonly rqActive: Gauge;
  readonly rqPendingActive: Gauge;
  readonly rqError: Counter;
  readonly rqSuccess: Counter;
  readonly rqTimeout: Counter;
  readonly rqTotal: Counter;
}

/** A cluster's `cluster.<name>.…` stats that the request path touches. */
export interface ClusterStats {
  readonly counter: (name: string) => Counter;
  readonly gauge: (name: string) => Gauge;
  readonly histogram: (name: string) => Histogram;
}

/** The connection an upstream stream is on. */
export interface UpstreamConnection {
  /** Unique among all connections of the data plane. */
  readonly id: number;
  /** Our end of it. */
  readonly local: SocketAddress | undefined;
  /** Bytes on the wire since the connection was made; of HTTP/1 what a stream adds is its own. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** The first write of the newest stream, in which HTTP/1 has the whole head. */
  readonly head: Buffer | string | undefined;
}

/** What became of a request for an upstream stream. Exactly one of the two is called, once. */
export interface PoolCallbacks {
  /** A connection is ready: send with `encoder`. `local` is `connection`'s. */
  onPoolReady(
    encoder: RequestEncoder,
    host: Host,
    local: SocketAddress | undefined,
    connection: UpstreamConnection,
  ): void;
  /**
   * None could be made. `transportFailure`: what the socket said, for the access log and the reply's details.
   * `host` is undefined when the request was not even queued: Envoy then logs no host.
   */
  onPoolFailure(reason: StreamResetReason, transportFailure: string, host: Host | undefined): void;
}

export interface Cluster {
  readonly name: string;
  /** `alt_stat_name`, else the name: what stats and `/clusters` call it. */
  readonly observabilityName: string;
  readonly addedViaApi: boolean;
  readonly stats: ClusterStats;
  /** By the priority of a route, for retries and for `/clusters`. */
  readonly circuitBreakers: { readonly default: CircuitBreakers; readonly high: CircuitBreakers };
  /** All endpoints, whatever their health. */
  readonly hosts: readonly Host[];
  /** Picks a host by the cluster's policy; null: no healthy host. */
  chooseHost(): Host | null;
  /**
   * Asks the host's pool for a stream; the return value cancels while it waits. With an idle connection at hand
   * `onPoolReady` has been called when this returns, and so has `onPoolFailure` on overflow.
   */
  newStream(
    host: Host,
    decoder: ResponseDecoder & WatermarkCallbacks,
    callbacks: PoolCallbacks,
  ): { cancel(): void };
}

export interface ClusterManager {
  get(name: string): Cluster | undefined;
}
