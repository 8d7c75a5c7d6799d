import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { NetworkFilter } from '../filters/network/network-filter.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { Scope } from '../stats/stats.ts';
import { Connection } from './connection.ts';
import type { FilterChain } from './filter-chain.ts';
import { createListenerStats, type ListenerStats } from './listener-stats.ts';

/** The connections of one listener: opens, counts, drains and closes them. */
export class ConnectionHandler {
  readonly stats: ListenerStats;
  readonly #clock: Clock;
  readonly #bufferLimit: number;
  readonly #nextId: () => number;
  readonly #open = new Map<Connection, NetworkFilter>();

  /** `scope` is the listener's; `worker` the thread's name in stats; `bufferLimit` in bytes, 0 for none. */
  constructor(clock: Clock, scope: Scope, worker: string, bufferLimit: number, nextId: () => number) {
    this.#clock = clock;
    this.stats = createListenerStats(scope, worker);
    this.#bufferLimit = bufferLimit;
    this.#nextId = nextId;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Puts a filter chain on a socket that was accepted at `local`. `serverName`: the one in the ClientHello, when that
   * was looked at; `%REQUESTED_SERVER_NAME%` is not that of the handshake.
   */
  open(
    socket: Socket,
    chain: Pick<FilterChain, 'transport' | 'createFilter'>,
    local: SocketAddress,
    serverName?: string,
  ): void {
    const remote = remoteAddress(socket, local);
    if (remote === undefined) {
      // It was gone before it was accepted.
      socket.destroy();
      return;
    }
    const { transport, createFilter } = chain;
    let connection: Connection | undefined;
    const wrapped = transport.wrap(socket, (tls) => {
      if (connection !== undefined && tls !== undefined) connection.tls = { ...tls, serverName };
    });
    const { encrypted } = transport;
    connection = new Connection(
      this.#nextId(),
      wrapped,
      local,
      remote,
      encrypted,
      this.#clock,
      this.#bufferLimit,
    );
    const filter = createFilter(connection, this.#bufferLimit);
    this.#count(connection, filter);
    connection.setCallbacks(filter);
    // It was paused when its first bytes were looked at.
    wrapped.resume();
  }

  drain(): void {
    for (const filter of [...this.#open.values()]) filter.drain();
  }

  /** Ends all connections; what is written already is still sent. */
  close(reason: string): void {
    for (const connection of [...this.#open.keys()]) connection.close('flush', reason);
  }

  #count(connection: Connection, filter: NetworkFilter): void {
    const { stats } = this;
    stats.cxTotal.inc();
    stats.cxActive.inc();
    stats.workerCxTotal.inc();
    stats.workerCxActive.inc();
    this.#open.set(connection, filter);
    connection.onClosed = () => {
      this.#open.delete(connection);
      stats.cxDestroy.inc();
      stats.cxActive.dec();
      stats.workerCxActive.dec();
      stats.cxLength.record(Math.floor(this.#clock.now() - connection.startedAt));
    };
  }
}

/** A pipe's peer has no address: it is said to be where the pipe is. */
function remoteAddress(socket: Socket, local: SocketAddress): SocketAddress | undefined {
  const { remoteAddress: address, remotePort: port } = socket;
  if (address !== undefined) return { address: plainIpv4(address), port: port ?? 0 };
  return local.port === 0 ? local : undefined;
}

/** A dual-stack socket reports IPv4 clients as `::ffff:10.0.0.1`. */
function plainIpv4(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
