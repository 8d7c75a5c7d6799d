import type { PeerNames, PoolCallbacks } from '../cluster.ts';
import type { Endpoint } from '../host/endpoint.ts';
import { ConnectionPool } from './connection-pool.ts';
import { PoolByNames } from './pool-by-names.ts';
import { type PoolContext, withNames } from './pool-context.ts';
import type { Decoder } from './pooled-connection.ts';

/** What an endpoint's requests are given to. */
export interface HttpPool {
  newStream(
    decoder: Decoder,
    callbacks: PoolCallbacks,
    downstreamProtocol?: string,
    names?: PeerNames,
  ): { cancel(): void };
  /** No connection is there, and nobody waits for one. */
  readonly idle: boolean;
  /** Closes idle connections now and busy ones after their stream; then calls back, once. */
  drain(onDrained: () => void): void;
  /** Closes every connection at once, resetting what is on it. */
  close(): void;
}

/** A pool for each protocol clients speak, made when one does (`use_downstream_protocol_config`). */
class PoolByProtocol implements HttpPool {
  readonly #host: Endpoint;
  readonly #contexts: { readonly http1: PoolContext; readonly http2: PoolContext };
  readonly #onIdle: (() => void) | undefined;
  #http1: ConnectionPool | undefined;
  #http2: ConnectionPool | undefined;

  constructor(
    host: Endpoint,
    contexts: { readonly http1: PoolContext; readonly http2: PoolContext },
    onIdle?: () => void,
  ) {
    this.#host = host;
    this.#contexts = contexts;
    this.#onIdle = onIdle;
  }

  get idle(): boolean {
    return (this.#http1?.idle ?? true) && (this.#http2?.idle ?? true);
  }

  newStream(decoder: Decoder, callbacks: PoolCallbacks, downstreamProtocol?: string): { cancel(): void } {
    if (downstreamProtocol === 'HTTP/2') {
      this.#http2 ??= new ConnectionPool(this.#host, this.#contexts.http2, 'http2', this.#onIdle);
      return this.#http2.newStream(decoder, callbacks);
    }
    this.#http1 ??= new ConnectionPool(this.#host, this.#contexts.http1, 'http1', this.#onIdle);
    return this.#http1.newStream(decoder, callbacks);
  }

  drain(onDrained: () => void): void {
    const pools = [this.#http1, this.#http2].filter((pool) => pool !== undefined);
    let left = pools.length;
    if (left === 0) onDrained();
    for (const pool of pools) pool.drain(() => --left === 0 && onDrained());
  }

  close(): void {
    this.#http1?.close();
    this.#http2?.close();
  }
}

/** The pool of an endpoint; `http2`: what differs where clients choose the protocol. */
export function createPool(host: Endpoint, context: PoolContext, http2: PoolContext): HttpPool {
  if (context.settings.autoNames === undefined) return createByProtocol(host, context, http2);
  return new PoolByNames((names, onIdle) =>
    createByProtocol(host, withNames(context, names), withNames(http2, names), onIdle),
  );
}

function createByProtocol(
  host: Endpoint,
  context: PoolContext,
  http2: PoolContext,
  onIdle?: () => void,
): HttpPool {
  const { protocol } = context.settings;
  if (protocol === 'downstream') return new PoolByProtocol(host, { http1: context, http2 }, onIdle);
  return new ConnectionPool(host, context, protocol, onIdle);
}
