import type { PoolCallbacks } from '../cluster.ts';
import type { Endpoint } from '../host/endpoint.ts';
import { AlpnAttempt } from './alpn-attempt.ts';
import { Http1PooledConnection } from './http1-pooled-connection.ts';
import { Http2PooledConnection } from './http2-pooled-connection.ts';
import type { PoolContext } from './pool-context.ts';
import type { ConnectionOwner, Decoder, PooledConnection, PoolMember } from './pooled-connection.ts';
import type { HttpPool } from './pools.ts';
import type { ConnectFailure } from './upstream-socket.ts';

/** What the connections of a pool speak: one of the two, or what each upstream chooses by ALPN. */
const members = { http1: Http1PooledConnection, http2: Http2PooledConnection, auto: AlpnAttempt } as const;

export type PoolProtocol = keyof typeof members;

/** Connections that one event begins at most. */
const mostAtOnce = 3;

/** What {@link ConnectionPool.newStream} returns when nothing waits. */
const nothingToCancel = { cancel(): void {} };

class PendingStream {
  readonly decoder: Decoder;
  readonly callbacks: PoolCallbacks;
  readonly #pool: ConnectionPool;

  constructor(pool: ConnectionPool, decoder: Decoder, callbacks: PoolCallbacks) {
    this.#pool = pool;
    this.decoder = decoder;
    this.callbacks = callbacks;
  }

  cancel(): void {
    this.#pool.cancel(this);
  }
}

/**
 * Connections to one host, made when a request finds none that takes it; the one that became ready last is used first
 * (source/common/conn_pool/conn_pool_base.cc).
 */
export class ConnectionPool implements HttpPool, ConnectionOwner {
  readonly #host: Endpoint;
  readonly #context: PoolContext;
  readonly #protocol: PoolProtocol;
  readonly #onIdle: (() => void) | undefined;
  readonly #all = new Set<PoolMember>();
  /** Those that take a stream; the one that became so last at the end. */
  readonly #ready: PooledConnection[] = [];
  readonly #pending = new Set<PendingStream>();
  /** Streams that the connections being made will take. */
  #connecting = 0;
  #draining = false;
  #attachScheduled = false;
  #onDrained: (() => void) | undefined;

  /** `onIdle`: told whenever it has come to be idle. */
  constructor(host: Endpoint, context: PoolContext, protocol: PoolProtocol = 'http1', onIdle?: () => void) {
    this.#host = host;
    this.#context = context;
    this.#protocol = protocol;
    this.#onIdle = onIdle;
  }

  get idle(): boolean {
    return this.#all.size === 0 && this.#pending.size === 0;
  }

  newStream(decoder: Decoder, callbacks: PoolCallbacks): { cancel(): void } {
    const ready = this.#ready;
    if (ready.length > 0) {
      const connection = ready[ready.length - 1]!;
      this.#attach(connection, decoder, callbacks);
      return nothingToCancel;
    }
    const { stats, circuitBreakers } = this.#context;
    if (!circuitBreakers.pendingRequests.canCreate) {
      stats.count('upstream_rq_pending_overflow').inc();
      callbacks.onPoolFailure('overflow', '', undefined);
      return nothingToCancel;
    }
    const pending = new PendingStream(this, decoder, callbacks);
    this.#pending.add(pending);
    stats.rqPendingTotal.inc();
    stats.rqPendingActive.inc();
    this.#host.stats.rqPendingActive.inc();
    circuitBreakers.pendingRequests.inc();
    this.#connectIfNeeded();
    return pending;
  }

  /** Ends the wait of a stream that no longer wants a connection. */
  cancel(pending: PendingStream): void {
    if (!this.#pending.has(pending)) return;
    this.#unqueue(pending);
    this.#context.stats.count('upstream_rq_cancelled').inc();
    this.#checkDrained();
  }

  /** Closes idle connections now and busy ones after their stream; then calls back, once. */
  drain(onDrained: () => void): void {
    this.#draining = true;
    this.#onDrained = onDrained;
    for (const connection of [...this.#all]) {
      if (connection.state !== 'connecting' || this.#pending.size === 0) connection.drain();
    }
    this.#checkDrained();
  }

  /** Closes every connection at once, resetting what is on it. */
  close(): void {
    this.#draining = true;
    for (const connection of [...this.#all]) connection.close();
  }

  onNegotiated(attempt: PoolMember, connection: PooledConnection): void {
    this.#all.delete(attempt);
    this.#all.add(connection);
    this.#connecting += connection.capacity - attempt.capacity;
  }

  onConnected(connection: PooledConnection): void {
    this.#connecting -= connection.capacity;
    this.onReady(connection);
    this.#checkDrained();
  }

  onReady(connection: PooledConnection): void {
    this.#ready.push(connection);
    this.#attachPending();
  }

  onFull(connection: PooledConnection): void {
    const at = this.#ready.indexOf(connection);
    if (at >= 0) this.#ready.splice(at, 1);
  }

  onStreamDone(connection: PooledConnection, ready: 'now' | 'later' | undefined): void {
    this.#context.stats.rqActive.dec();
    this.#host.stats.rqActive.dec();
    this.#context.circuitBreakers.requests.dec();
    if (ready !== undefined) {
      this.#ready.push(connection);
      if (this.#pending.size > 0) {
        if (ready === 'now') this.#attachPending();
        else this.#attachLater();
      }
    }
    if (this.#draining && connection.state === 'ready') this.#checkDrained();
  }

  onClosed(connection: PoolMember, failure: ConnectFailure | undefined): void {
    this.#all.delete(connection);
    const idle = this.#ready.indexOf(connection as PooledConnection);
    if (idle >= 0) this.#ready.splice(idle, 1);
    if (failure !== undefined) {
      this.#connecting -= connection.capacity;
      this.#failPending(failure);
    }
    if (this.#pending.size > 0) this.#connectIfNeeded();
    this.#checkDrained();
  }

  /** `connection` is the last of those that are ready. */
  #attach(connection: PooledConnection, decoder: Decoder, callbacks: PoolCallbacks): void {
    const { stats, circuitBreakers } = this.#context;
    if (!circuitBreakers.requests.canCreate) {
      stats.count('upstream_rq_active_overflow').inc();
      callbacks.onPoolFailure('overflow', '', this.#host);
      return;
    }
    stats.rqTotal.inc();
    stats.rqActive.inc();
    this.#host.stats.rqTotal.inc();
    this.#host.stats.rqActive.inc();
    circuitBreakers.requests.inc();
    const encoder = connection.newStream(decoder);
    if (connection.state !== 'ready') this.#ready.pop();
    callbacks.onPoolReady(encoder, this.#host, connection.local, connection);
  }

  #attachPending(): void {
    while (this.#ready.length > 0) {
      const [pending] = this.#pending;
      if (pending === undefined) return;
      this.#unqueue(pending);
      this.#attach(this.#ready[this.#ready.length - 1]!, pending.decoder, pending.callbacks);
    }
    this.#connectIfNeeded();
  }

  /** The upstream may close right behind its answer: let that be seen before the connection is used again. */
  #attachLater(): void {
    if (this.#attachScheduled) return;
    this.#attachScheduled = true;
    setImmediate(() => {
      this.#attachScheduled = false;
      this.#attachPending();
    });
  }

  #unqueue(pending: PendingStream): void {
    this.#pending.delete(pending);
    this.#context.stats.rqPendingActive.dec();
    this.#host.stats.rqPendingActive.dec();
    this.#context.circuitBreakers.pendingRequests.dec();
  }

  /** Every waiting stream fails with the attempt: whoever asked may retry, and then finds a new pool queue. */
  #failPending({ reason, transportFailure }: ConnectFailure): void {
    const failed = [...this.#pending];
    for (const pending of failed) {
      if (!this.#pending.has(pending)) continue;
      this.#unqueue(pending);
      this.#context.stats.count('upstream_rq_pending_failure_eject').inc();
      pending.callbacks.onPoolFailure(reason, transportFailure, this.#host);
    }
  }

  #connectIfNeeded(): void {
    for (let i = 0; i < mostAtOnce && this.#pending.size > this.#spare; i++) {
      const { stats, circuitBreakers } = this.#context;
      const within = circuitBreakers.connections.canCreate;
      if (!within) {
        stats.count('upstream_cx_overflow').inc();
        // A host without any connection gets one all the same, or its queue would never move.
        if (this.#all.size > 0) return;
      }
      const member = new members[this.#protocol](this, this.#host, this.#context);
      this.#all.add(member);
      this.#connecting += member.capacity;
      if (!within) return;
    }
  }

  /** Streams that could be taken without a further connection. */
  get #spare(): number {
    if (this.#protocol === 'http1') return this.#connecting + this.#ready.length;
    let spare = 0;
    for (const member of this.#all) spare += member.capacity;
    return spare;
  }

  #checkDrained(): void {
    if (this.#onIdle !== undefined && this.idle) this.#onIdle();
    if (this.#onDrained === undefined) return;
    if (this.#pending.size === 0) {
      for (const connection of [...this.#all]) if (!connection.active) connection.close();
    }
    // What was closed may have called back already.
    const onDrained = this.#onDrained;
    if (onDrained === undefined || this.#all.size > 0 || this.#pending.size > 0) return;
    this.#onDrained = undefined;
    onDrained();
  }
}
