import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { SocketAddress } from '../../../http/stream-info.ts';

/** What a session learns of its upstream. */
export interface UpstreamDatagramCallbacks {
  onDatagram(data: Buffer): void;
  /** Such as: nobody listens there, as its machine says. */
  onError(): void;
}

/** A UDP socket that is connected to one host: it hears that host alone, and learns when nobody listens there. */
export class UpstreamDatagrams {
  readonly #host: SocketAddress;
  readonly #socket: Socket;
  /** Sent before it is connected, which takes a moment. */
  #waiting: [data: Buffer, done: (sent: boolean) => void][] = [];
  /** `broken`: there is no socket to be had of the system. */
  #state: 'unconnected' | 'connecting' | 'connected' | 'broken' | 'closed' = 'unconnected';

  constructor(host: SocketAddress, callbacks: UpstreamDatagramCallbacks) {
    this.#host = host;
    this.#socket = createSocket({
      type: isIPv6(host.address) ? 'udp6' : 'udp4',
      // It is an address already.
      lookup: (hostname, _options, callback) => callback(null, hostname, isIPv6(hostname) ? 6 : 4),
    });
    this.#socket.on('message', (data) => callbacks.onDatagram(data));
    this.#socket.on('error', () => {
      if (this.#state === 'connecting') this.#onConnect('broken');
      else callbacks.onError();
    });
  }

  /** `done` learns whether the system took it. Each tries to connect where that has failed before. */
  send(data: Buffer, done: (sent: boolean) => void): void {
    switch (this.#state) {
      case 'connected':
        this.#socket.send(data, (error) => done(error === null));
        return;
      case 'broken':
        done(false);
        return;
      case 'closed':
        return;
      default:
        this.#waiting.push([data, done]);
        if (this.#state === 'unconnected') this.#connect();
    }
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#waiting = [];
    this.#socket.close();
  }

  #connect(): void {
    this.#state = 'connecting';
    // Node gives the callback the error of a host that no route leads to; its types do not say so.
    this.#socket.connect(this.#host.port, this.#host.address, (...[error]: (Error | undefined)[]) =>
      this.#onConnect(error === undefined ? 'connected' : 'unconnected'),
    );
  }

  #onConnect(state: 'connected' | 'unconnected' | 'broken'): void {
    if (this.#state !== 'connecting') return;
    this.#state = state;
    for (const [data, done] of this.#waiting.splice(0)) {
      if (state === 'connected') this.send(data, done);
      else done(false);
    }
  }
}
