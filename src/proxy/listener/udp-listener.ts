import { LabError } from '../../error.ts';
import { udpListenerFilters } from '../filters/udp/registry.ts';
import type {
  UdpListenerFilter,
  UdpListenerFilterFactory,
  UdpListenerSocket,
} from '../filters/udp/udp-listener-filter.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { FactoryContext, ServerContext } from '../server/context.ts';
import type { DrainManager } from '../server/drain-manager.ts';
import type { Counter } from '../stats/stats.ts';
import { findExtension, type TypedConfig } from '../typed-config.ts';
import { addressText, type ListenAddress, readListenAddress } from './address.ts';
import type { ListenerMessage } from './listener.ts';
import { createListenerStats } from './listener-stats.ts';

/** `max_rx_datagram_size` when nothing is said, bytes. */
const defaultMaxDatagram = 1500;

/** A configured listener of datagrams: hands them to its filter. */
export class UdpListener {
  readonly name: string;
  readonly address: ListenAddress;
  readonly config: ListenerMessage;
  readonly drainManager: DrainManager;
  /** There are none: nothing is encrypted, nothing is matched. */
  readonly filterChains = { all: [] };
  readonly #factories: readonly UdpListenerFilterFactory[];
  readonly #maxDatagram: number;
  readonly #dropped: Counter;
  /** Filters end with their sockets. Only the first sees datagrams: those there are pass nothing on. */
  #filters: readonly UdpListenerFilter[] = [];

  /** @throws LabError in Envoy's words for a config it refuses */
  constructor(config: ListenerMessage, server: ServerContext, drainManager: DrainManager) {
    this.config = config;
    this.address = readListenAddress(config.address);
    const text = addressText(this.address);
    this.name = config.name || server.uuid();
    this.drainManager = drainManager;
    const chains = (config.filter_chains ?? []).length;
    if (chains > 0 || config.default_filter_chain !== undefined) {
      throw new LabError(
        'invalid',
        `error adding listener '${text}': ${chains} filter chain(s) specified for connection-less UDP listener.`,
      );
    }
    const scope = server.stats.scope(`listener.${config.stat_prefix || text}`);
    for (const name of ['extension_config_missing', 'network_extension_config_missing']) scope.counter(name);
    createListenerStats(scope, server.worker);
    this.#dropped = scope.counter('udp.downstream_rx_datagram_dropped');
    this.#maxDatagram =
      config.udp_listener_config?.downstream_socket_config?.max_rx_datagram_size ?? defaultMaxDatagram;
    const context: FactoryContext = {
      server,
      listenerScope: scope,
      scope: server.stats,
      drain: drainManager,
      // Filters of datagrams are closed themselves.
      whenGone: () => {},
      direction: config.traffic_direction ?? 'UNSPECIFIED',
    };
    this.#factories = (config.listener_filters ?? []).map(({ name, typed_config }) => {
      const typed = typed_config as TypedConfig | undefined;
      return findExtension(udpListenerFilters, name, typed).configure(typed ?? {}, context);
    });
  }

  get connectionCount(): number {
    return this.#filters.reduce((sum, { size }) => sum + size, 0);
  }

  listenAt(socket: UdpListenerSocket): void {
    this.#filters = this.#factories.map((create) => create(socket));
  }

  onDatagram(data: Buffer, peer: SocketAddress): void {
    if (data.length > this.#maxDatagram) this.#dropped.inc();
    else this.#filters[0]?.onDatagram(data, peer);
  }

  onReceiveError(): void {
    this.#filters[0]?.onReceiveError();
  }

  /** Datagrams have nothing under way. */
  drain(): void {}

  closeConnections(): void {
    for (const filter of this.#filters) filter.close();
    this.#filters = [];
  }
}
