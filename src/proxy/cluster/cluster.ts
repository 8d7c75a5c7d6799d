import type {
  RequestEncoder,
  ResponseDecoder,
  StreamResetReason,
  WatermarkCallbacks,
} from '../codec/codec.ts';
import type { RequestHeaders } from '../http/headers.ts';
import type { SocketAddress, TlsInfo } from '../http/stream-info.ts';
import type { Counter, Gauge, Histogram } from '../stats/stats.ts';
import type { CircuitBreakers } from './circuit-breaker.ts';
import type { UpstreamSocket, UpstreamSocketCallbacks } from './pool/upstream-socket.ts';

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

/** Names that one request asks of its upstream's TLS, in the place of its cluster's. */
export interface PeerNames {
  /** For SNI, none when empty; undefined: the cluster's. */
  readonly serverName: string | undefined;
  /** The certificate must have one of them; empty: what the cluster says. */
  readonly subjectAltNames: readonly string[];
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
  /** Undefined: bytes that are no HTTP. */
  readonly protocol: 'HTTP/1.1' | 'HTTP/2' | undefined;
  /** Undefined over plain TCP. */
  readonly tls?: TlsInfo | undefined;
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

/** What a TCP connection tells its user. */
export interface UpstreamTcpCallbacks extends WatermarkCallbacks {
  onData(data: Buffer): void;
  /** The upstream has sent FIN; it may still read. */
  onEnd(): void;
  /** The connection broke, `reset` by the upstream, or both sides have sent FIN; it is closed. */
  onBroken(reset: boolean): void;
  /** `max_connection_duration` is over. */
  onMaxDuration(): void;
}

/** A TCP connection to a host that its user owns until it is closed; opaque bytes both ways. */
export interface UpstreamTcpConnection {
  readonly id: number;
  /** Our end of it. */
  readonly local: SocketAddress | undefined;
  readonly tls: TlsInfo | undefined;
  readonly record: { readonly bytesReceived: number; readonly bytesSent: number };
  /** Comes before any data: call it in `onPoolReady`. */
  setCallbacks(callbacks: UpstreamTcpCallbacks): void;
  /** True when all is in the kernel: the memory is the caller's again. */
  write(data: Buffer): boolean;
  /** Sends FIN after what was written. */
  end(): void;
  setReadEnabled(enabled: boolean): void;
  /** Bytes that wait to be sent. */
  readonly unsentBytes: number;
  /** Its user is done with it: it has ended both ways, and closes by itself. */
  release(): void;
  /** Ends it; nothing is called back. `flush`: once what was written is sent; `abort`: by RST. */
  close(how?: boolean | 'abort'): void;
  /** Ends it once what was written is sent, and calls back then; true: it has ended. `onBroken` is still called. */
  drain(onDrained: () => void): boolean;
}

/** What became of a request for a TCP connection. Exactly one of the two is called, once. */
export interface TcpPoolCallbacks {
  onPoolReady(connection: UpstreamTcpConnection, host: Host): void;
  /** As {@link PoolCallbacks.onPoolFailure}. */
  onPoolFailure(reason: StreamResetReason, transportFailure: string, host: Host | undefined): void;
}

/** What a balancer may know of who asks. */
export interface LoadBalancerContext {
  /** For RING_HASH and MAGLEV: 64 bits, unsigned; undefined: they draw one. */
  readonly hash: bigint | undefined;
}

export interface Cluster {
  readonly name: string;
  /** `alt_stat_name`, else the name: what stats and `/clusters` call it. */
  readonly observabilityName: string;
  readonly addedViaApi: boolean;
  readonly stats: ClusterStats;
  /** By the priority of a route, for retries and for `/clusters`. */
  readonly circuitBreakers: { readonly default: CircuitBreakers; readonly high: CircuitBreakers };
  /** What the config says for a filter's own protocol, by the filter's name. */
  protocolOptions(filter: string): unknown;
  /** What TLS is to call the upstream of a request, and to find in its certificate; undefined: the same for all. */
  readonly autoNames: ((headers: RequestHeaders) => PeerNames | undefined) | undefined;
  /** All endpoints, whatever their health. */
  readonly hosts: readonly Host[];
  /** Picks a host by the cluster's policy; null: no healthy host. */
  chooseHost(context?: LoadBalancerContext): Host | null;
  /** The same for filters with pools of their own, in Envoy not counted as `upstream_cx_none_healthy`. */
  pickHost(context: LoadBalancerContext): Host | null;
  /**
   * Asks the host's pool for a stream; the return value cancels while it waits. With an idle connection at hand
   * `onPoolReady` has been called when this returns, and so has `onPoolFailure` on overflow. `downstreamProtocol`: what
   * the client speaks, for clusters that speak the same; `names`: of `autoNames`.
   */
  newStream(
    host: Host,
    decoder: ResponseDecoder & WatermarkCallbacks,
    callbacks: PoolCallbacks,
    downstreamProtocol?: string,
    names?: PeerNames,
  ): { cancel(): void };
  /** Asks for a TCP connection of its own to the host; the return value cancels while it is being made. */
  newConnection(host: Host, callbacks: TcpPoolCallbacks, names?: PeerNames): { cancel(): void };
  /** Opens a connection for a filter with a pool of its own; `active`: requests are under way on it. */
  openSocket(host: Host, callbacks: UpstreamSocketCallbacks, active: () => boolean): UpstreamSocket;
  /** A host that is not among the cluster's, at an address one of them told of. */
  strayHost(address: SocketAddress): Host;
  /** Calls back once when the host leaves the cluster, `closing` when the cluster itself ends; undone by what is returned. */
  whenGone(host: Host, callback: (closing: boolean) => void): () => void;
}

export interface ClusterManager {
  get(name: string): Cluster | undefined;
}
