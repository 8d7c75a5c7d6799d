import type { ResponseDecoder, WatermarkCallbacks } from '../../codec/codec.ts';
import type { PoolCallbacks } from '../cluster.ts';
import type { Endpoint } from '../host/endpoint.ts';
import type { PoolContext } from './pool-context.ts';
import { type ConnectFailure, type ConnectionOwner, PooledConnection } from './pooled-connection.ts';

type Decoder = ResponseDecoder & WatermarkCallbacks;

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
 * HTTP/1 connections to one host, one stream each, made when a request finds none idle; the connection used last
 * is used first (source/common/conn_pool/conn_pool_base.cc).
 */
export class ConnectionPool implements ConnectionOwner {
  readonly #host: Endpoint;
  readonly #context: PoolContext;
  readonly #all = new Set<PooledConnection>();
  /** The one used last at the end. */
  readonly #ready: PooledConnection[] = [];
  readonly #pending = new Set<PendingStream>();
  #connecting = 0;
  #draining = false;
  #attachScheduled = false;
  #onDrained: (() => void) | undefined;

  constructor(host: Endpoint, context: PoolContext) {
    this.#host = host;
    this.#context = context;
  }

  newStream(decoder: Decoder, callbacks: PoolCallbacks): { cancel(): void } {
    const connection = this.#ready.pop();
    if (connection !== undefined) {
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

  onConnected(connection: PooledConnection): void {
    this.#connecting--;
    this.#ready.push(connection);
    this.#attachPending();
    this.#checkDrained();
  }

  onStreamDone(connection: PooledConnection, ready: boolean): void {
    this.#context.stats.rqActive.dec();
    this.#host.stats.rqActive.dec();
    this.#context.circuitBreakers.requests.dec();
    if (!ready) return;
    this.#ready.push(connection);
    // The upstream may close right behind its answer: let that be seen before the connection is used again.
    if (this.#pending.size > 0 && !this.#attachScheduled) {
      this.#attachScheduled = true;
      setImmediate(() => {
        this.#attachScheduled = false;
        this.#attachPending();
      });
    }
    if (this.#draining) this.#checkDrained();
  }

  onClosed(connection: PooledConnection, failure: ConnectFailure | undefined): void {
    this.#all.delete(connection);
    const idle = this.#ready.indexOf(connection);
    if (idle >= 0) this.#ready.splice(idle, 1);
    if (failure !== undefined) {
      this.#connecting--;
      this.#failPending(failure);
    }
    if (this.#pending.size > 0) this.#connectIfNeeded();
    this.#checkDrained();
  }

  #attach(connection: PooledConnection, decoder: Decoder, callbacks: PoolCallbacks): void {
    const { stats, circuitBreakers } = this.#context;
    if (!circuitBreakers.requests.canCreate) {
      this.#ready.push(connection);
      stats.count('upstream_rq_active_overflow').inc();
      callbacks.onPoolFailure('overflow', '', this.#host);
      return;
    }
    stats.rqTotal.inc();
    stats.rqActive.inc();
    this.#host.stats.rqTotal.inc();
    this.#host.stats.rqActive.inc();
    circuitBreakers.requests.inc();
    callbacks.onPoolReady(connection.newStream(decoder), this.#host, connection.local, connection);
  }

  #attachPending(): void {
    while (this.#ready.length > 0) {
      const [pending] = this.#pending;
      if (pending === undefined) return;
      this.#unqueue(pending);
      this.#attach(this.#ready.pop()!, pending.decoder, pending.callbacks);
    }
    this.#connectIfNeeded();
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
    if (this.#pending.size <= this.#connecting) return;
    const { stats, circuitBreakers } = this.#context;
    if (!circuitBreakers.connections.canCreate) {
      stats.count('upstream_cx_overflow').inc();
      // A host without any connection gets one all the same, or its queue would never move.
      if (this.#all.size > 0) return;
    }
    this.#connecting++;
    this.#all.add(new PooledConnection(this, this.#host, this.#context));
  }

  #checkDrained(): void {
    if (this.#onDrained === undefined) return;
    if (this.#pending.size === 0) {
      for (const connection of [...this.#all]) if (!connection.active) connection.close();
    }
    if (this.#all.size > 0 || this.#pending.size > 0) return;
    const onDrained = this.#onDrained;
    this.#onDrained = undefined;
    onDrained();
  }
}
