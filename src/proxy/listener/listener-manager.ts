import { LabError } from '../../error.ts';
import type { Logger } from '../log/logger.ts';
import type { ServerContext } from '../server/context.ts';
import { type DrainDecision, DrainManager, type DrainStrategy } from '../server/drain-manager.ts';
import type { Counter, Gauge } from '../stats/stats.ts';
import { addressText, readListenAddress } from './address.ts';
import { type BoundSocket, ListenSocket } from './listen-socket.ts';
import { Listener, type ListenerMessage } from './listener.ts';
import { UdpListener } from './udp-listener.ts';
import { UdpSocket } from './udp-socket.ts';

const counters = [
  'listener_added',
  'listener_create_failure',
  'listener_create_success',
  'listener_in_place_updated',
  'listener_modified',
  'listener_removed',
  'listener_stopped',
] as const;
const gauges = [
  'total_filter_chains_draining',
  'total_listeners_active',
  'total_listeners_draining',
  'total_listeners_warming',
  'workers_pinned',
  'workers_started',
] as const;

/** How the manager winds listeners down. */
export interface DrainOptions {
  /** `--drain-time-s` in ms. */
  readonly drainMs: number;
  readonly strategy: DrainStrategy;
}

/**
 * Binds a listener's address; `index` is its place among those that begin together.
 *
 * @throws LabError `runtime` when the address cannot be had
 */
export type OpenListener = (listener: AnyListener, index: number) => Promise<BoundSocket>;

/** Of connections, or of datagrams. */
export type AnyListener = Listener | UdpListener;

/** Accepts in this thread. */
export const openHere: OpenListener = (listener) =>
  listener instanceof UdpListener
    ? UdpSocket.bind(listener)
    : ListenSocket.listen(listener.address, backlogOf(listener), listener);

export function backlogOf({ config }: AnyListener): number {
  return config.tcp_backlog_size ?? 65_535;
}

/** A listener that is in force: its config and, once it listens, its socket. */
export interface ActiveListener {
  readonly listener: AnyListener;
  readonly socket: BoundSocket | undefined;
  /** ms since the epoch. */
  readonly lastUpdated: number;
  /** Came with the bootstrap: only those added at run time may be changed or removed. */
  readonly isStatic: boolean;
}

/**
 * All listeners by name: added, replaced on their socket without a gap, drained and removed. Envoy's
 * ListenerManagerImpl (source/common/listener_manager/listener_manager_impl.cc).
 */
export class ListenerManager {
  readonly #server: ServerContext;
  readonly #drain: DrainOptions;
  readonly #parentDrain: DrainDecision;
  readonly #log: Logger;
  readonly #nextConnectionId: () => number;
  readonly #active = new Map<string, ActiveListener>();
  readonly #draining = new Set<AnyListener>();
  readonly #open: OpenListener;
  readonly #counters: Readonly<Record<(typeof counters)[number], Counter>>;
  readonly #gauges: Readonly<Record<(typeof gauges)[number], Gauge>>;
  #listening = false;

  constructor(
    server: ServerContext,
    drain: DrainOptions,
    parentDrain: DrainDecision,
    nextConnectionId: () => number,
    open: OpenListener = openHere,
  ) {
    this.#open = open;
    this.#nextConnectionId = nextConnectionId;
    this.#server = server;
    this.#drain = drain;
    this.#parentDrain = parentDrain;
    this.#log = server.loggers.get('config');
    const scope = server.control.scope('listener_manager');
    this.#counters = record(counters, (name) => scope.counter(name));
    this.#gauges = record(gauges, (name) => scope.gauge(name));
  }

  /** In the order they were added. */
  get listeners(): readonly ActiveListener[] {
    return [...this.#active.values()];
  }

  get draining(): readonly AnyListener[] {
    return [...this.#draining];
  }

  /**
   * Adds a listener, or replaces the one of its name; false: it is the one there is. It listens at once when the
   * manager does.
   *
   * @throws LabError when Envoy would refuse it, or its address cannot be bound; then the old one stays
   */
  async addOrUpdate(config: ListenerMessage, isStatic: boolean): Promise<boolean> {
    const known = this.#active.get(config.name ?? '');
    if (known !== undefined && isStatic) throw duplicateAddress(config);
    if (known?.isStatic) return false;
    if (known !== undefined && JSON.stringify(known.listener.config) === JSON.stringify(config)) return false;
    const listener = this.#create(config);
    this.#refuseTakenAddress(listener, known);
    let socket: BoundSocket | undefined;
    if (known?.socket !== undefined && sameAddress(known.listener, listener)) {
      socket = known.socket;
      handOver(socket, listener);
    } else if (this.#listening) {
      socket = await this.#listen(listener, 0);
      known?.socket?.close();
    }
    this.#active.set(listener.name, {
      listener,
      socket,
      lastUpdated: this.#server.clock.wallNow(),
      isStatic,
    });
    this.#counters[known === undefined ? 'listener_added' : 'listener_modified'].inc();
    if (known !== undefined) this.#drainOut(known.listener);
    this.#count();
    return true;
  }

  /** Removes a listener that was added at run time; false: there is none. */
  remove(name: string): boolean {
    const known = this.#active.get(name);
    if (known === undefined || known.isStatic) return false;
    this.#active.delete(name);
    known.socket?.close();
    this.#counters.listener_removed.inc();
    this.#drainOut(known.listener);
    this.#count();
    return true;
  }

  /** Begins to listen, all listeners at once. */
  async start(): Promise<void> {
    this.#listening = true;
    const waiting = this.listeners.filter(({ socket }) => socket === undefined);
    await Promise.all(
      waiting.map(async (active, index) => {
        const socket = await this.#listen(active.listener, index);
        this.#active.set(active.listener.name, { ...active, socket });
      }),
    );
    this.#gauges.workers_started.set(1);
  }

  /** Accepts no more connections on any listener; those there are live on. */
  stop(inboundOnly = false): void {
    for (const { listener, socket } of this.#active.values()) {
      if (inboundOnly && listener.config.traffic_direction !== 'INBOUND') continue;
      if (socket?.listening) {
        socket.close();
        this.#counters.listener_stopped.inc();
      }
    }
  }

  /** Ends everything at once. */
  close(): void {
    this.stop();
    for (const { listener } of this.#active.values()) listener.closeConnections(shutdownReason);
    for (const listener of this.#draining) {
      listener.drainManager.dispose();
      listener.closeConnections();
    }
  }

  #create(config: ListenerMessage): AnyListener {
    const drain = new DrainManager(
      this.#server.clock,
      this.#drain.drainMs,
      this.#drain.strategy,
      this.#parentDrain,
    );
    try {
      if (config.address?.socket_address?.protocol === 'UDP')
        return new UdpListener(config, this.#server, drain);
      return new Listener(config, this.#server, drain, this.#nextConnectionId);
    } catch (error) {
      this.#counters.listener_create_failure.inc();
      throw error;
    }
  }

  async #listen(listener: AnyListener, index: number): Promise<BoundSocket> {
    try {
      const socket = await this.#open(listener, index);
      this.#counters.listener_create_success.add(socket.workers);
      this.#log.debug(`listener '${listener.name}' listens on ${addressText(socket.local)}`);
      return socket;
    } catch (error) {
      this.#counters.listener_create_failure.inc();
      throw error;
    }
  }

  #refuseTakenAddress(listener: AnyListener, replaced: ActiveListener | undefined): void {
    if (listener.address.port === 0 && listener.address.kind === 'ip') return;
    for (const active of this.#active.values()) {
      if (active !== replaced && sameAddress(active.listener, listener))
        throw duplicateAddress(listener.config);
    }
  }

  /** Lets the connections of a listener that is gone end within the drain time. */
  #drainOut(listener: AnyListener): void {
    this.#draining.add(listener);
    listener.drainManager.start(() => {
      listener.closeConnections();
      this.#draining.delete(listener);
      this.#count();
    });
  }

  #count(): void {
    this.#gauges.total_listeners_active.set(this.#active.size);
    this.#gauges.total_listeners_draining.set(this.#draining.size);
  }
}

/** What Envoy's logs say of a connection that ends with the process. */
const shutdownReason = 'purging socket that have not progressed to connections';

/** What comes at a socket goes to another listener from now on. */
function handOver(socket: BoundSocket, listener: AnyListener): void {
  if (socket instanceof UdpSocket && listener instanceof UdpListener) socket.acceptor = listener;
  else if (socket instanceof ListenSocket && listener instanceof Listener) socket.acceptor = listener;
}

function sameAddress(one: AnyListener, other: AnyListener): boolean {
  const sameKind = one.address.protocol === other.address.protocol;
  return sameKind && addressText(one.address) === addressText(other.address);
}

function duplicateAddress(config: ListenerMessage): LabError {
  const address = addressText(readListenAddress(config.address));
  return new LabError(
    'invalid',
    `error adding listener: '${config.name ?? address}' has duplicate address '${address}' as existing listener`,
  );
}

function record<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, V>;
}
