import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import type { ListenerFilter, ListenerFilterFactory } from '../filters/listener/listener-filter.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import type { ListenerStats } from './listener-stats.ts';

/** How long a listener waits for first bytes, and what follows when none come. */
export interface ListenerFilterOptions {
  /** `listener_filters_timeout`, ms; 0 waits for ever. */
  readonly timeoutMs: number;
  /** `continue_on_listener_filters_timeout`: a connection all the same, with what was found out. */
  readonly continueOnTimeout: boolean;
}

/** The sockets of a listener whose filters wait for first bytes, before they are connections: Envoy's ActiveTcpSocket. */
export class PendingConnections {
  readonly #clock: Clock;
  readonly #stats: ListenerStats;
  readonly #options: ListenerFilterOptions;
  readonly #filters: readonly ListenerFilterFactory[];
  readonly #waiting = new Set<Socket>();

  constructor(
    clock: Clock,
    stats: ListenerStats,
    options: ListenerFilterOptions,
    filters: readonly ListenerFilterFactory[],
  ) {
    this.#clock = clock;
    this.#stats = stats;
    this.#options = options;
    this.#filters = filters;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Runs the filters one after the other, puts back the bytes they leave and calls `done`; else the socket is closed. */
  start(socket: Socket, facts: ConnectionFacts, done: () => void): void {
    const { timeoutMs, continueOnTimeout } = this.#options;
    const stats = this.#stats;
    let seen: Buffer | undefined;
    let timer: Timer | undefined;
    let at = -1;
    let filter: ListenerFilter | undefined;
    const leave = (): void => {
      if (!this.#waiting.delete(socket)) return;
      stats.preCxActive.dec();
      timer?.cancel();
      socket.off('data', onData).off('end', onEnd).off('close', leave);
    };
    const pass = (): void => {
      leave();
      socket.pause();
      if (seen !== undefined && seen.length > 0) socket.unshift(seen);
      done();
    };
    /** The next filter that wants to look; false: there is none. */
    const advance = (): boolean => {
      do filter = this.#filters[++at]?.(facts);
      while (filter === undefined && at < this.#filters.length);
      return filter !== undefined;
    };
    const refuse = (): void => {
      leave();
      // Envoy only peeks at what it looks at, and a close with bytes unread is a reset.
      if (seen === undefined || seen.length === 0) socket.destroy();
      else socket.resetAndDestroy();
    };
    const onData = (data: Buffer): void => {
      seen = seen === undefined ? data : Buffer.concat([seen, data]);
      while (seen.length > 0) {
        const status = filter!.onData(seen);
        if (status === 'more') return;
        if (status === 'close') {
          refuse();
          return;
        }
        seen = seen.subarray(status);
        if (!advance()) {
          pass();
          return;
        }
      }
    };
    const onEnd = (): void => {
      stats.filterRemoteClose.inc();
      refuse();
    };
    if (!advance()) {
      done();
      return;
    }
    this.#waiting.add(socket);
    stats.preCxActive.inc();
    socket.on('data', onData).on('end', onEnd).on('close', leave);
    if (timeoutMs === 0) return;
    timer = this.#clock.setTimeout(() => {
      stats.preCxTimeout.inc();
      if (continueOnTimeout) pass();
      else refuse();
    }, timeoutMs);
  }

  /** Closes all that wait. */
  close(): void {
    for (const socket of [...this.#waiting]) socket.destroy();
  }
}
