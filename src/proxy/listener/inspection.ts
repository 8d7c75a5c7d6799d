import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import { type ClientHello, readClientHello } from './client-hello.ts';
import type { ListenerStats } from './listener-stats.ts';

/** Enough for any ClientHello; what is longer is none. */
const maxHello = 16 * 1024;

const noHello: ClientHello = { transport: 'raw_buffer', serverName: undefined, applicationProtocols: [] };

/** How long a listener waits for first bytes, and what follows when none come. */
export interface InspectionOptions {
  /** `listener_filters_timeout`, ms; 0 waits for ever. */
  readonly timeoutMs: number;
  /** `continue_on_listener_filters_timeout`: a connection all the same, with what was seen. */
  readonly continueOnTimeout: boolean;
}

/** The sockets of a listener whose first bytes are awaited, before they are connections: Envoy's ActiveTcpSocket. */
export class Inspections {
  readonly #clock: Clock;
  readonly #stats: ListenerStats;
  readonly #options: InspectionOptions;
  readonly #waiting = new Set<Socket>();

  constructor(clock: Clock, stats: ListenerStats, options: InspectionOptions) {
    this.#clock = clock;
    this.#stats = stats;
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Reads until the ClientHello is known, puts the bytes back and calls `done`; else the socket is closed. */
  start(socket: Socket, done: (hello: ClientHello) => void): void {
    const { timeoutMs, continueOnTimeout } = this.#options;
    let seen: Buffer | undefined;
    let timer: Timer | undefined;
    const leave = (): void => {
      if (!this.#waiting.delete(socket)) return;
      this.#stats.preCxActive.dec();
      timer?.cancel();
      socket.off('data', onData).off('end', onEnd).off('close', leave);
    };
    const pass = (hello: ClientHello): void => {
      leave();
      socket.pause();
      if (seen !== undefined) socket.unshift(seen);
      done(hello);
    };
    const onData = (data: Buffer): void => {
      seen = seen === undefined ? data : Buffer.concat([seen, data]);
      const hello = readClientHello(seen) ?? (seen.length > maxHello ? noHello : undefined);
      if (hello !== undefined) pass(hello);
    };
    const onEnd = (): void => {
      this.#stats.filterRemoteClose.inc();
      socket.destroy();
    };
    this.#waiting.add(socket);
    this.#stats.preCxActive.inc();
    socket.on('data', onData).on('end', onEnd).on('close', leave);
    if (timeoutMs === 0) return;
    // Envoy only peeks at what it inspects, and a close with bytes unread is a reset.
    timer = this.#clock.setTimeout(() => {
      this.#stats.preCxTimeout.inc();
      if (continueOnTimeout) pass(noHello);
      else if (seen === undefined) socket.destroy();
      else socket.resetAndDestroy();
    }, timeoutMs);
  }

  /** Closes all that wait. */
  close(): void {
    for (const socket of [...this.#waiting]) socket.destroy();
  }
}
