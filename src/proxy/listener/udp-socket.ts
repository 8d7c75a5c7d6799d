import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { UdpListenerSocket } from '../filters/udp/udp-listener-filter.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { BoundSocket } from './listen-socket.ts';
import { bindError } from './listen-socket.ts';
import type { UdpListener } from './udp-listener.ts';

/** A bound address at which datagrams come. Its listener may be replaced without a gap. */
export class UdpSocket implements BoundSocket, UdpListenerSocket {
  readonly workers = 1;
  readonly local: SocketAddress;
  listening = true;
  readonly #socket: Socket;
  #listener: UdpListener;

  private constructor(socket: Socket, local: SocketAddress, listener: UdpListener) {
    this.#socket = socket;
    this.local = local;
    this.#listener = listener;
  }

  /** @throws LabError `runtime` in Envoy's words when the address cannot be had */
  static async bind(listener: UdpListener): Promise<UdpSocket> {
    const { address, port, ipv4Compat } = listener.address;
    const ipv6 = isIPv6(address);
    const socket = createSocket({ type: ipv6 ? 'udp6' : 'udp4', ipv6Only: ipv6 && !ipv4Compat });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error: NodeJS.ErrnoException) => reject(bindError(listener.address, error)));
      socket.bind({ port, address, exclusive: true }, resolve);
    });
    const bound = new UdpSocket(socket, { address, port: socket.address().port }, listener);
    socket.removeAllListeners('error');
    socket.on('error', () => bound.#listener.onReceiveError());
    socket.on('message', (data, { address: from, port: at }) => {
      bound.#listener.onDatagram(data, { address: from, port: at });
    });
    listener.listenAt(bound);
    return bound;
  }

  /** Has the datagrams from now on go to another listener. */
  set acceptor(listener: UdpListener) {
    this.#listener = listener;
    listener.listenAt(this);
  }

  send(data: Buffer, peer: SocketAddress, done: (sent: boolean) => void): void {
    if (!this.listening) return;
    // A client may claim it, but nobody can be sent to it.
    if (peer.port === 0) done(false);
    else this.#socket.send(data, peer.port, peer.address, (error) => done(error === null));
  }

  close(): void {
    if (!this.listening) return;
    this.listening = false;
    this.#listener.closeConnections();
    this.#socket.close();
  }
}
