import type {
  RequestEncoder,
  ResponseDecoder,
  StreamResetReason,
  WatermarkCallbacks,
} from '../codec/codec.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { Counter, Gauge, Histogram } from '../stats/stats.ts';

/** One endpoint of a cluster. */
export interface Host {
  readonly address: SocketAddress;
  /** The name it was resolved from, for auto_host_rewrite; the address when it was an address. */
  readonly hostname: string;
  readonly weight: number;
  readonly stats: HostStats;
}

/** What `/clusters` prints for a host. */
export interface HostStats {
  readonly cxActive: Gauge;
  readonly cxConnectFail: Counter;
  readonly cxTotal: Counter;
  readonly rqActive: Gauge;
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

/** What became of a request for an upstream stream. Exactly one of the two is called, once. */
export interface PoolCallbacks {
  /** A connection is ready: send with `encoder`. `local` is our side of it. */
  onPoolReady(encoder: RequestEncoder, host: Host, local: SocketAddress | undefined): void;
  /** None could be made. `transportFailure`: what the socket said, for the access log and the reply's body. */
  onPoolFailure(reason: StreamResetReason, transportFailure: string, host: Host | undefined): void;
}

export interface Cluster {
  readonly name: string;
  readonly stats: ClusterStats;
  /** Picks a host by the cluster's policy; null: no healthy host. */
  chooseHost(): Host | null;
  /** Asks the host's pool for a stream; the return value cancels while it waits. */
  newStream(
    host: Host,
    decoder: ResponseDecoder & WatermarkCallbacks,
    callbacks: PoolCallbacks,
  ): { cancel(): void };
}

export interface ClusterManager {
  get(name: string): Cluster | undefined;
}
