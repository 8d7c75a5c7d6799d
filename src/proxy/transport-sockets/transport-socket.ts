import type { Socket } from 'node:net';
import type { SupportTable } from '../../bootstrap/support.ts';
import type { Clock } from '../clock.ts';
import type { Host, PeerNames } from '../cluster/cluster.ts';
import type { DataSourceReader } from '../data-source.ts';
import type { TlsInfo } from '../http/stream-info.ts';
import type { ServerContext } from '../server/context.ts';
import type { Scope } from '../stats/stats.ts';
import type { SecretManager } from './tls/secrets/secret-manager.ts';

/** What a downstream transport socket is made in. */
export interface TransportContext {
  readonly server: ServerContext;
  /** `listener.<address>.` */
  readonly scope: Scope;
}

/** One certificate in use, for `/certs`. */
export interface CertificateDetails {
  /** PEM, leaf first. */
  readonly chain: string;
  /** Where it came from: a file's path, or `<inline>`. */
  readonly path: string;
  /** ms since the epoch at which the leaf ends. */
  readonly expires: number;
}

/** What becomes of a transport on an accepted socket. */
export interface TransportEvents {
  /** It is open for the network filters: at once, or after the handshake. */
  onReady(tls: TlsInfo | undefined): void;
  /** `%DOWNSTREAM_TRANSPORT_FAILURE_REASON%` of a handshake that failed. */
  onFailure(reason: string): void;
}

/** What a filter chain speaks below its network filters. */
export interface DownstreamTransport {
  readonly encrypted: boolean;
  readonly certificates: readonly CertificateDetails[];
  /** Of those it trusts, the first. */
  readonly authorities?: readonly CertificateDetails[];
  /**
   * Puts the transport on an accepted socket. A handshake that fails destroys the socket and is counted. `offered`: the
   * protocols of the client's ALPN, where a listener looked at them before.
   */
  wrap(socket: Socket, events: TransportEvents, offered?: readonly string[]): Socket;
}

/** One extension for listeners: a row of the registry. */
export interface DownstreamTransportExtension {
  /** Envoy's name: `envoy.transport_sockets.tls`. */
  readonly name: string;
  /** Full name of its config message. */
  readonly type: string;
  readonly supported: SupportTable;
  /** @throws LabError in Envoy's words for what it refuses */
  configure(config: Record<string, unknown>, context: TransportContext): DownstreamTransport;
}

/** An upstream connection on its way through the transport. */
export interface UpstreamHandshake {
  /** What the protocol above reads and writes. */
  readonly socket: Socket;
  /**
   * `%UPSTREAM_TRANSPORT_FAILURE_REASON%` of a handshake that did not end well, empty when there is nothing to say. `error`:
   * what the socket said; absent when the upstream has just closed it.
   */
  failure(error?: NodeJS.ErrnoException): string;
}

/** Whom an upstream transport connects to. */
export type TransportHost = Pick<Host, 'address' | 'hostname'>;

/** What a cluster's connections speak below their protocol. */
export interface UpstreamTransport {
  readonly encrypted: boolean;
  readonly certificates: readonly CertificateDetails[];
  /** Of those it trusts, the first. */
  readonly authorities?: readonly CertificateDetails[];
  /** Puts the transport on a socket that begins to connect. `onReady`: bytes may be written. */
  connect(
    socket: Socket,
    host: TransportHost,
    onReady: (tls: TlsInfo | undefined) => void,
  ): UpstreamHandshake;
  /** The same with names in the place of its own; absent where nobody has a name. */
  withNames?(names: PeerNames): UpstreamTransport;
}

/** What the transport socket of a cluster is made in. */
export interface UpstreamTransportContext {
  readonly reader: DataSourceReader;
  /** Where certificates that stand elsewhere are found; none when absent. */
  readonly secrets?: SecretManager | undefined;
  readonly clock: Clock;
  /** `cluster.<name>.` */
  readonly scope: Scope;
  /** The same among what is counted once for all threads; `scope` when absent. */
  readonly control?: Scope | undefined;
  /** The protocols the cluster's HTTP options ask for in ALPN, the best first; empty: none. */
  readonly alpn: readonly string[];
}

/** One extension for clusters: a row of the registry. */
export interface UpstreamTransportExtension {
  /** Envoy's name: `envoy.transport_sockets.tls`. */
  readonly name: string;
  /** Full name of its config message. */
  readonly type: string;
  readonly supported: SupportTable;
  /** @throws LabError in Envoy's words for what it refuses */
  configure(config: Record<string, unknown>, context: UpstreamTransportContext): UpstreamTransport;
}
