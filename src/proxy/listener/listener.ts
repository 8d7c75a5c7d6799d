import type { Socket } from 'node:net';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { ServerContext } from '../server/context.ts';
import type { DrainManager } from '../server/drain-manager.ts';
import { messageName, type TypedConfig } from '../typed-config.ts';
import { addressText, type ListenAddress, readListenAddress } from './address.ts';
import type { ClientHello } from './client-hello.ts';
import { ConnectionHandler } from './connection-handler.ts';
import { FilterChains } from './filter-chain.ts';
import { Inspections } from './inspection.ts';

export type ListenerMessage = envoy.config.listener.v3.Listener;

const tlsInspector = 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector';
const mebibyte = 1 << 20;
/** `listener_filters_timeout` when nothing is said, ms. */
const filtersTimeout = 15_000;

/** A configured listener: takes accepted sockets and puts a filter chain on each. */
export class Listener {
  readonly name: string;
  readonly address: ListenAddress;
  readonly config: ListenerMessage;
  readonly drainManager: DrainManager;
  readonly filterChains: FilterChains;
  readonly #handler: ConnectionHandler;
  readonly #inspects: boolean;
  readonly #inspections: Inspections;
  readonly #runtime: Runtime;
  readonly #limitKey: string;

  /** @throws LabError in Envoy's words for a config it refuses */
  constructor(
    config: ListenerMessage,
    server: ServerContext,
    drainManager: DrainManager,
    nextId: () => number,
  ) {
    this.config = config;
    this.address = readListenAddress(config.address);
    const text = addressText(this.address);
    this.name = config.name || server.uuid();
    this.drainManager = drainManager;
    this.#limitKey = `envoy.resource_limits.listener.${this.name}.connection_limit`;
    const scope = server.stats.scope(`listener.${config.stat_prefix || text}`);
    for (const name of ['extension_config_missing', 'network_extension_config_missing']) scope.counter(name);
    const bufferLimit = config.per_connection_buffer_limit_bytes ?? mebibyte;
    this.#handler = new ConnectionHandler(server.clock, scope, server.worker, bufferLimit, nextId);
    this.#runtime = server.runtime;
    this.#inspections = new Inspections(server.clock, this.#handler.stats, {
      timeoutMs: config.listener_filters_timeout ?? filtersTimeout,
      continueOnTimeout: config.continue_on_listener_filters_timeout ?? false,
    });
    const chains = config.filter_chains ?? [];
    if (chains.length === 0 && config.default_filter_chain === undefined) {
      throw new LabError('invalid', `error adding listener '${text}': no filter chains specified`);
    }
    this.filterChains = new FilterChains(chains, config.default_filter_chain, {
      server,
      listenerScope: scope,
      scope: server.stats,
      drain: drainManager,
      direction: config.traffic_direction ?? 'UNSPECIFIED',
    });
    const inspector = (config.listener_filters ?? []).some(
      ({ typed_config }) => messageName(typed_config as TypedConfig | undefined) === tlsInspector,
    );
    this.#inspects = inspector || this.filterChains.inspects;
  }

  get connectionCount(): number {
    return this.#handler.size;
  }

  /** Takes a socket that was accepted at `local`. */
  accept(socket: Socket, local: SocketAddress): void {
    socket.setNoDelay(true);
    // Until a connection owns it, an error only ends it.
    socket.on('error', () => {});
    if (this.#full) {
      this.#handler.stats.cxOverflow.inc();
      socket.destroy();
      return;
    }
    if (this.#inspects) this.#inspections.start(socket, (hello) => this.#serve(socket, local, hello));
    else this.#serve(socket, local, undefined);
  }

  /** Ends idle connections now and busy ones after what is under way. */
  drain(): void {
    this.#handler.drain();
  }

  /** Ends all connections. */
  closeConnections(reason = 'listener_removed'): void {
    this.#inspections.close();
    this.#handler.close(reason);
  }

  /** The runtime allows no more connections (docs: configuration/listeners/runtime). */
  get #full(): boolean {
    const limit = this.#runtime.integer(this.#limitKey, Number.POSITIVE_INFINITY);
    return this.#handler.size + this.#inspections.size >= limit;
  }

  #serve(socket: Socket, local: SocketAddress, hello: ClientHello | undefined): void {
    const chain = this.filterChains.find(hello);
    if (chain === undefined) {
      this.#handler.stats.noFilterChainMatch.inc();
      socket.destroy();
    } else {
      this.#handler.open(socket, chain, local, hello?.serverName);
    }
  }
}
