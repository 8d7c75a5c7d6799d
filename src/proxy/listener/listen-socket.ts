import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { LabError } from '../../error.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import { addressText, type ListenAddress } from './address.ts';

/** Who takes the sockets accepted at an address; replaced by a listener's update without a gap. */
export interface Acceptor {
  accept(socket: Socket, local: SocketAddress): void;
}

/** A bound address, whichever threads serve it. */
export interface BoundSocket {
  /** Where it really listens: with the port the system chose. */
  readonly local: SocketAddress;
  /** How many threads serve it. */
  readonly workers: number;
  readonly listening: boolean;
  /** Accepts no more; connections live on. */
  close(): void;
}

/** A bound address at which this thread accepts. */
export class ListenSocket implements BoundSocket {
  readonly local: SocketAddress;
  readonly workers = 1;
  acceptor: Acceptor;
  readonly #server: Server;

  private constructor(server: Server, local: SocketAddress, acceptor: Acceptor) {
    this.#server = server;
    this.local = local;
    this.acceptor = acceptor;
  }

  /**
   * Binds and listens; or listens at the socket that another thread has bound, when its file descriptor `fd` is given.
   *
   * @throws LabError `runtime` in Envoy's words when the address cannot be had
   */
  static async listen(
    address: ListenAddress,
    backlog: number,
    acceptor: Acceptor,
    fd?: number,
  ): Promise<ListenSocket> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(bindError(address, error)));
      if (fd === undefined) server.listen(place(address, backlog), resolve);
      // The backlog is that of the socket, whoever says it last.
      else server.listen({ fd }, backlog, resolve);
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

  /** The file descriptor, for threads that accept here, too. */
  get fd(): number {
    return (this.#server as Server & { readonly _handle: { readonly fd: number } })._handle.fd;
  }

  get listening(): boolean {
    return this.#server.listening;
  }

  close(): void {
    if (this.#server.listening) this.#server.close();
  }
}

function place(address: ListenAddress, backlog: number): ListenOptions {
  if (address.kind === 'pipe') return { path: address.address, backlog };
  const { address: host, port, ipv4Compat } = address;
  return { host, port, backlog, ipv6Only: !ipv4Compat, exclusive: true };
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Address already in use',
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EINVAL: 'Invalid argument',
};

/** Why an address cannot be had, in Envoy's words. */
export function bindError(address: ListenAddress, cause: NodeJS.ErrnoException): LabError {
  const reason = reasons[cause.code ?? ''] ?? cause.message;
  return new LabError('runtime', `cannot bind '${addressText(address)}': ${reason}`, { cause });
}
