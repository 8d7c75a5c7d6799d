import type { SocketAddress, TlsInfo } from '../../http/stream-info.ts';
import type { TcpPoolCallbacks, UpstreamTcpCallbacks, UpstreamTcpConnection } from '../cluster.ts';
import type { Endpoint } from '../host/endpoint.ts';
import type { CloseEvent, ConnectionRecord } from './connection-record.ts';
import type { PoolContext } from './pool-context.ts';
import {
  type ConnectFailure,
  type UpstreamClose,
  UpstreamSocket,
  type UpstreamSocketCallbacks,
} from './upstream-socket.ts';

/** Asks for a connection as {@link Cluster.newConnection}; there may be too many who wait for one. */
export function requestTcpConnection(
  host: Endpoint,
  context: PoolContext,
  asker: TcpPoolCallbacks,
): { cancel(): void } {
  const { circuitBreakers, stats } = context;
  if (!circuitBreakers.pendingRequests.canCreate) {
    stats.count('upstream_rq_pending_overflow').inc();
    asker.onPoolFailure('overflow', '', undefined);
    return nothingToCancel;
  }
  if (!circuitBreakers.connections.canCreate) stats.count('upstream_cx_overflow').inc();
  return new TcpConnection(host, context, asker);
}

const nothingToCancel = { cancel(): void {} };

/**
 * One TCP connection to an endpoint, for whoever asked for it alone: Envoy's pools of TCP use none a second time. It is
 * counted as a stream that waits, then as one that is active (source/common/conn_pool/conn_pool_base.cc).
 */
export class TcpConnection implements UpstreamTcpConnection, UpstreamSocketCallbacks {
  readonly #host: Endpoint;
  readonly #context: PoolContext;
  readonly #socket: UpstreamSocket;
  /** Its user has it. */
  #active = false;
  /** Its user is done with it. */
  #released = false;
  #asker: TcpPoolCallbacks | undefined;
  #callbacks: UpstreamTcpCallbacks | undefined;

  constructor(host: Endpoint, context: PoolContext, asker: TcpPoolCallbacks) {
    this.#host = host;
    this.#context = context;
    this.#asker = asker;
    const { circuitBreakers, stats } = context;
    stats.rqPendingTotal.inc();
    stats.rqPendingActive.inc();
    host.stats.rqPendingActive.inc();
    circuitBreakers.pendingRequests.inc();
    this.#socket = new UpstreamSocket(host, context, this);
    this.#socket.holdEnd(true);
  }

  get id(): number {
    return this.#socket.id;
  }

  get local(): SocketAddress | undefined {
    return this.#socket.local;
  }

  get tls(): TlsInfo | undefined {
    return this.#socket.tls;
  }

  get record(): ConnectionRecord {
    return this.#socket.record;
  }

  setCallbacks(callbacks: UpstreamTcpCallbacks): void {
    this.#callbacks = callbacks;
  }

  /** Nobody waits for the attempt any more. */
  cancel(): void {
    if (this.#asker === undefined) return;
    this.#waitsNoMore();
    this.#context.stats.count('upstream_rq_cancelled').inc();
    this.#socket.close('local', false, 'cancel');
  }

  write(data: Buffer): boolean {
    return this.#socket.write(data);
  }

  end(): void {
    this.#socket.end();
  }

  setReadEnabled(enabled: boolean): void {
    this.#socket.setReadEnabled(enabled);
  }

  get unsentBytes(): number {
    return this.#socket.unsentBytes;
  }

  release(): void {
    this.#released = true;
  }

  close(how: boolean | 'abort' = false): void {
    this.#close('local', how === 'abort' ? how : how ? 'flush' : 'now');
  }

  drain(onDrained: () => void): boolean {
    this.#socket.setReadEnabled(false);
    this.#socket.holdEnd(false);
    const drained = this.#socket.flush(() => {
      if (!this.#active) return;
      this.#close('local');
      onDrained();
    });
    if (drained) this.#close('local');
    return drained;
  }

  // From the socket.

  onConnected(): void {
    const asker = this.#asker;
    this.#waitsNoMore();
    const { circuitBreakers, settings, stats } = this.#context;
    if (settings.maxRequestsPerConnection === 1) stats.count('upstream_cx_max_requests').inc();
    this.#active = true;
    stats.rqTotal.inc();
    stats.rqActive.inc();
    this.#host.stats.rqTotal.inc();
    this.#host.stats.rqActive.inc();
    circuitBreakers.requests.inc();
    this.#socket.record.onRequest();
    asker?.onPoolReady(this, this.#host);
  }

  onConnectFailure({ reason, transportFailure }: ConnectFailure): void {
    const asker = this.#asker;
    this.#waitsNoMore();
    this.#context.stats.count('upstream_rq_pending_failure_eject').inc();
    asker?.onPoolFailure(reason, transportFailure, this.#host);
  }

  onData(data: Buffer): void {
    this.#callbacks?.onData(data);
  }

  onEnd(): void {
    this.#callbacks?.onEnd();
    // Ours was sent before: that was all.
    if (this.#socket.finished) this.onBroken(false);
  }

  onBroken(reset: boolean): void {
    if (!this.#active) return;
    this.#close('remote');
    this.#callbacks?.onBroken(reset);
  }

  onMaxDuration(): void {
    this.#callbacks?.onMaxDuration();
  }

  onAboveWriteBufferHighWatermark(): void {
    this.#callbacks?.onAboveWriteBufferHighWatermark();
  }

  onBelowWriteBufferLowWatermark(): void {
    this.#callbacks?.onBelowWriteBufferLowWatermark();
  }

  #waitsNoMore(): void {
    this.#asker = undefined;
    const { circuitBreakers, stats } = this.#context;
    stats.rqPendingActive.dec();
    this.#host.stats.rqPendingActive.dec();
    circuitBreakers.pendingRequests.dec();
  }

  #close(event: CloseEvent, how?: UpstreamClose): void {
    if (!this.#active) return;
    this.#active = false;
    this.#socket.close(event, !this.#released, how);
    const { circuitBreakers, stats } = this.#context;
    stats.rqActive.dec();
    this.#host.stats.rqActive.dec();
    circuitBreakers.requests.dec();
  }
}
