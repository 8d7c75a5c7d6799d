import type { Socket } from 'node:net';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { FactoryContext, ServerContext } from '../server/context.ts';
import type { DrainManager } from '../server/drain-manager.ts';
import { addressText, type ListenAddress, readListenAddress } from './address.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import { ConnectionHandler, factsOf } from './connection-handler.ts';
import { FilterChains } from './filter-chain.ts';
import { createListenerFilters } from './listener-filters.ts';
import { PendingConnections } from './pending-connections.ts';

export type ListenerMessage = envoy.config.listener.v3.Listener;

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
  /** How many connections other threads have of this listener; undefined: there are none. */
  connectionsElsewhere: (() => number) | undefined;
  readonly #handler: ConnectionHandler;
  /** Undefined: there are no listener filters. */
  readonly #pending: PendingConnections | undefined;
  /** What its filters leave open, such as connections of a pool of their own. */
  readonly #whenGone: (() => void)[] = [];
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
    this.#handler = new ConnectionHandler(
      server.clock,
      scope,
      server.worker,
      bufferLimit,
      nextId,
      config.name,
    );
    this.#runtime = server.runtime;
    const chains = config.filter_chains ?? [];
    if (chains.length === 0 && config.default_filter_chain === undefined) {
      throw new LabError('invalid', `error adding listener '${text}': no filter chains specified`);
    }
    const context: FactoryContext = {
      server,
      listenerScope: scope,
      scope: server.stats,
      drain: drainManager,
      whenGone: (callback) => this.#whenGone.push(callback),
      direction: config.traffic_direction ?? 'UNSPECIFIED',
    };
    const filters = createListenerFilters(config.listener_filters ?? [], context);
    this.filterChains = new FilterChains(chains, config.default_filter_chain, context, text);
    if (filters.length === 0) return;
    const options = {
      timeoutMs: config.listener_filters_timeout ?? filtersTimeout,
      continueOnTimeout: config.continue_on_listener_filters_timeout ?? false,
    };
    this.#pending = new PendingConnections(server.clock, this.#handler.stats, options, filters);
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
    const facts = factsOf(socket, local);
    if (facts === undefined) socket.destroy();
    else if (this.#pending === undefined) this.#serve(socket, facts);
    else this.#pending.start(socket, facts, () => this.#serve(socket, facts));
  }

  /** Ends idle connections now and busy ones after what is under way. */
  drain(): void {
    this.#handler.drain();
  }

  /** Ends all connections. */
  closeConnections(reason = 'listener_removed'): void {
    this.#pending?.close();
    this.#handler.close(reason);
    for (const callback of this.#whenGone.splice(0)) callback();
  }

  /** The runtime allows no more connections (docs: configuration/listeners/runtime). */
  get #full(): boolean {
    const limit = this.#runtime.integer(this.#limitKey, Number.POSITIVE_INFINITY);
    const elsewhere = this.connectionsElsewhere?.() ?? 0;
    return this.#handler.size + (this.#pending?.size ?? 0) + elsewhere >= limit;
  }

  #serve(socket: Socket, facts: ConnectionFacts): void {
    const chain = this.filterChains.find(facts);
    if (chain === undefined) {
      this.#handler.stats.noFilterChainMatch.inc();
      socket.destroy();
    } else {
      this.#handler.open(socket, chain, facts);
    }
  }
}
