import { createServer, type Server, type Socket } from 'node:net';
import { LabError } from '../../error.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import { addressText, type ListenAddress } from './address.ts';

/** Who takes the sockets accepted at an address; replaced by a listener's update without a gap. */
export interface Acceptor {
  accept(socket: Socket, local: SocketAddress): void;
}

/** A bound address that accepts connections. */
export class ListenSocket {
  /** Where it really listens: with the port the system chose. */
  readonly local: SocketAddress;
  acceptor: Acceptor;
  readonly #server: Server;

  private constructor(server: Server, local: SocketAddress, acceptor: Acceptor) {
    this.#server = server;
    this.local = local;
    this.acceptor = acceptor;
  }

  /**
   * Binds and listens.
   *
   * @throws LabError `runtime` in Envoy's words when the address cannot be had
   */
  static async listen(address: ListenAddress, backlog: number, acceptor: Acceptor): Promise<ListenSocket> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(bindError(address, error)));
      server.listen(
        address.kind === 'pipe'
          ? { path: address.address, backlog }
          : {
              host: address.address,
              port: address.port,
              backlog,
              ipv6Only: !address.ipv4Compat,
              exclusive: true,
            },
        resolve,
      );
    });
    const bound = server.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    const local: SocketAddress = { address: address.address, port };
    const socket = new ListenSocket(server, local, acceptor);
    const wildcard = address.address === '0.0.0.0' || address.address === '::';
    server.on('connection', (accepted: Socket) => {
      const at = wildcard ? { address: accepted.localAddress ?? local.address, port } : local;
      socket.acceptor.accept(accepted, at);
    });
    // Such as EMFILE while accepting: the next connection may succeed.
    server.on('error', () => {});
    return socket;
  }

  get listening(): boolean {
    return this.#server.listening;
  }

  /** Accepts no more; connections live on. */
  close(): void {
    if (this.#server.listening) this.#server.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Address already in use',
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EINVAL: 'Invalid argument',
};

function bindError(address: ListenAddress, cause: NodeJS.ErrnoException): LabError {
  const reason = reasons[cause.code ?? ''] ?? cause.message;
  return new LabError('runtime', `cannot bind '${addressText(address)}': ${reason}`, { cause });
}
