import type { Socket } from 'node:net';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { LabError } from '../../error.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { ServerContext } from '../server/context.ts';
import type { DrainManager } from '../server/drain-manager.ts';
import { messageName, type TypedConfig } from '../typed-config.ts';
import { addressText, type ListenAddress, readListenAddress } from './address.ts';
import { type ClientHello, readClientHello } from './client-hello.ts';
import { ConnectionHandler } from './connection-handler.ts';
import { FilterChains } from './filter-chain.ts';

export type ListenerMessage = envoy.config.listener.v3.Listener;

const tlsInspector = 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector';
const mebibyte = 1 << 20;
/** Enough for any ClientHello; what is longer is none. */
const maxHello = 16 * 1024;

/** A configured listener: takes accepted sockets and puts a filter chain on each. */
export class Listener {
  readonly name: string;
  readonly address: ListenAddress;
  readonly config: ListenerMessage;
  readonly drainManager: DrainManager;
  readonly filterChains: FilterChains;
  readonly #handler: ConnectionHandler;
  readonly #inspects: boolean;

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
    const scope = server.stats.scope(`listener.${config.stat_prefix || text}`);
    for (const name of ['extension_config_missing', 'network_extension_config_missing']) scope.counter(name);
    const bufferLimit = config.per_connection_buffer_limit_bytes ?? mebibyte;
    this.#handler = new ConnectionHandler(server.clock, scope, server.worker, bufferLimit, nextId);
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
    if (this.#inspects) this.#inspect(socket, local);
    else this.#serve(socket, local, undefined);
  }

  /** Ends idle connections now and busy ones after what is under way. */
  drain(): void {
    this.#handler.drain();
  }

  /** Ends all connections. */
  closeConnections(): void {
    this.#handler.close('listener_removed');
  }

  #inspect(socket: Socket, local: SocketAddress): void {
    let seen: Buffer | undefined;
    const onData = (data: Buffer): void => {
      seen = seen === undefined ? data : Buffer.concat([seen, data]);
      const hello = readClientHello(seen) ?? (seen.length > maxHello ? noHello : undefined);
      if (hello === undefined) return;
      socket.pause();
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.unshift(seen);
      this.#serve(socket, local, hello);
    };
    const onEnd = (): void => void socket.destroy();
    socket.on('data', onData);
    socket.on('end', onEnd);
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

const noHello: ClientHello = { transport: 'raw_buffer', serverName: undefined, applicationProtocols: [] };
