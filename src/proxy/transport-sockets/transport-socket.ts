import type { Socket } from 'node:net';
import type { SupportTable } from '../../bootstrap/support.ts';
import type { TlsInfo } from '../http/stream-info.ts';
import type { ServerContext } from '../server/context.ts';
import type { Scope } from '../stats/stats.ts';

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
}

/** What a filter chain speaks below its network filters. */
export interface DownstreamTransport {
  readonly encrypted: boolean;
  readonly certificates: readonly CertificateDetails[];
  /**
   * Puts the transport on an accepted socket. `onReady` is called once it is open for the network filters: at once,
   * or after the handshake. A handshake that fails destroys the socket and is counted.
   */
  wrap(socket: Socket, onReady: (tls: TlsInfo | undefined) => void): Socket;
}

/** One extension: a row of the registry. */
export interface DownstreamTransportExtension {
  /** Envoy's name: `envoy.transport_sockets.tls`. */
  readonly name: string;
  /** Full name of its config message. */
  readonly type: string;
  readonly supported: SupportTable;
  /** @throws LabError in Envoy's words for what it refuses */
  configure(config: Record<string, unknown>, context: TransportContext): DownstreamTransport;
}
