import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import type { NetworkFilter } from '../filters/network/network-filter.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { Scope } from '../stats/stats.ts';
import type { TransportEvents } from '../transport-sockets/transport-socket.ts';
import { Connection } from './connection.ts';
import { type ConnectionFacts, newFacts } from './connection-facts.ts';
import type { FilterChain } from './filter-chain.ts';
import { createListenerStats, type ListenerStats } from './listener-stats.ts';

/** The connections of one listener: opens, counts, drains and closes them. */
export class ConnectionHandler {
  readonly stats: ListenerStats;
  readonly #clock: Clock;
  readonly #bufferLimit: number;
  readonly #nextId: () => number;
  readonly #name: string | undefined;
  readonly #open = new Map<Connection, NetworkFilter>();

  /**
   * `scope` is the listener's; `worker` the thread's name in stats; `bufferLimit` in bytes, 0 for none; `name` the
   * listener's in access logs.
   */
  constructor(
    clock: Clock,
    scope: Scope,
    worker: string,
    bufferLimit: number,
    nextId: () => number,
    name?: string,
  ) {
    this.#name = name;
    this.#clock = clock;
    this.stats = createListenerStats(scope, worker);
    this.#bufferLimit = bufferLimit;
    this.#nextId = nextId;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Puts a filter chain on a socket that is known by `facts`: `%REQUESTED_SERVER_NAME%` is the name in them, not that of the
   * handshake.
   */
  open(
    socket: Socket,
    chain: Pick<FilterChain, 'transport' | 'createFilter'> & Partial<FilterChain>,
    facts: ConnectionFacts,
  ): void {
    const { transport, transportTimeoutMs = 0, createFilter } = chain;
    let connection: Connection | undefined;
    let timer: Timer | undefined;
    const events: TransportEvents = {
      onReady: (tls) => {
        timer?.cancel();
        if (connection !== undefined && tls !== undefined)
          connection.tls = { ...tls, serverName: facts.serverName || undefined };
      },
      onFailure: (reason) => {
        if (connection !== undefined) connection.transportFailure = reason;
      },
    };
    const wrapped = transport.wrap(socket, events, facts.applicationProtocols);
    const { encrypted } = transport;
    connection = new Connection(
      this.#nextId(),
      wrapped,
      facts.local,
      facts.directRemote,
      encrypted,
      this.#clock,
      this.#bufferLimit,
    );
    connection.listenerName = this.#name;
    if (facts.remote !== facts.directRemote) {
      connection.remote = facts.remote;
      connection.peer = facts.remote;
      connection.directLocal = facts.directLocal;
    }
    connection.metadata = facts.metadata;
    connection.requestedServerName = facts.serverName || undefined;
    connection.filterChainName = chain.name;
    const filter = createFilter(connection, this.#bufferLimit);
    this.#count(connection, filter);
    if (transportTimeoutMs > 0 && encrypted) {
      timer = this.#timeHandshake(connection, transportTimeoutMs);
    }
    connection.setCallbacks(filter);
    // It was paused when its first bytes were looked at.
    wrapped.resume();
    filter.onNewConnection?.();
  }

  #timeHandshake(connection: Connection, ms: number): Timer {
    const timer = this.#clock.setTimeout(() => {
      this.stats.connectTimeout.inc();
      connection.terminationDetails = 'transport socket timeout was reached';
      connection.close('no-flush', 'transport_socket_timeout');
    }, ms);
    const { onClosed } = connection;
    connection.onClosed = () => {
      timer.cancel();
      onClosed?.();
    };
    return timer;
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

/** What a socket that was accepted at `local` says of itself; undefined: it was gone before it was accepted. */
export function factsOf(socket: Socket, local: SocketAddress): ConnectionFacts | undefined {
  const remote = remoteAddress(socket, local);
  return remote && newFacts(local, remote);
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
