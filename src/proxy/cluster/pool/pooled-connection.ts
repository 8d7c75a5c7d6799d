import type { Timer } from '../../clock.ts';
import type { RequestEncoder, ResponseDecoder, WatermarkCallbacks } from '../../codec/codec.ts';
import type { SocketAddress, TlsInfo } from '../../http/stream-info.ts';
import type { UpstreamConnection } from '../cluster.ts';
import type { Endpoint } from '../host/endpoint.ts';
import type { CloseEvent } from './connection-record.ts';
import type { PoolContext } from './pool-context.ts';
import { type ConnectFailure, UpstreamSocket, type UpstreamSocketCallbacks } from './upstream-socket.ts';

/** Who waits for a stream's response. */
export type Decoder = ResponseDecoder & WatermarkCallbacks;

/** What a pool knows of one of its connections. */
export interface PoolMember {
  readonly state: 'connecting' | 'ready' | 'busy' | 'draining' | 'closed';
  /** A stream is on it. */
  readonly active: boolean;
  /** Streams it takes besides those it has; below 0 when its upstream came to take fewer than it has. */
  readonly capacity: number;
  /** Closes now, or after the streams that are on it. */
  drain(): void;
  close(): void;
}

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** The protocol of an attempt is known: it goes on as that. */
  onNegotiated(attempt: PoolMember, connection: PooledConnection): void;
  onConnected(connection: PooledConnection): void;
  /** It takes streams again. */
  onReady(connection: PooledConnection): void;
  /** It takes no stream any more, for now or for good. */
  onFull(connection: PooledConnection): void;
  /**
   * A stream that was on it is over; `ready`: it took none before, and may take one again, at once or when its upstream
   * had the chance to close it.
   */
  onStreamDone(connection: PooledConnection, ready: 'now' | 'later' | undefined): void;
  /** Called once. `failure`: of an attempt that never connected, what the pending requests are told. */
  onClosed(connection: PoolMember, failure: ConnectFailure | undefined): void;
}

/** An upstream connection for HTTP: a socket, and by its subclass a codec with its streams. */
export abstract class PooledConnection implements PoolMember, UpstreamConnection, UpstreamSocketCallbacks {
  state: 'connecting' | 'ready' | 'busy' | 'draining' | 'closed' = 'connecting';
  head: Buffer | string | undefined;
  protected readonly owner: ConnectionOwner;
  protected readonly context: PoolContext;
  protected readonly socket: UpstreamSocket;
  /** Requests it may still be used for. */
  protected remaining: number;
  /** The upstream has closed its side. */
  protected ended = false;
  #idleTimer: Timer | undefined;
  #idleSince = 0;

  /** `socket`: one that is connected already; its callbacks are the caller's to set. */
  constructor(owner: ConnectionOwner, host: Endpoint, context: PoolContext, socket?: UpstreamSocket) {
    this.owner = owner;
    this.context = context;
    this.remaining = context.settings.maxRequestsPerConnection ?? Number.POSITIVE_INFINITY;
    this.socket = socket ?? new UpstreamSocket(host, context, this);
  }

  abstract readonly protocol: UpstreamConnection['protocol'];
  abstract readonly active: boolean;
  abstract readonly capacity: number;
  /** Puts a stream on this ready connection. */
  abstract newStream(decoder: Decoder): RequestEncoder;
  abstract onData(data: Buffer): void;
  abstract onEnd(): void;
  abstract onAboveWriteBufferHighWatermark(): void;
  abstract onBelowWriteBufferLowWatermark(): void;
  /** Ends what is on it, and its socket; `state` is `closed`. */
  protected abstract closeWith(event: CloseEvent): void;

  get id(): number {
    return this.socket.id;
  }

  get local(): SocketAddress | undefined {
    return this.socket.local;
  }

  get tls(): TlsInfo | undefined {
    return this.socket.tls;
  }

  get bytesReceived(): number {
    return this.socket.record.bytesReceived;
  }

  get bytesSent(): number {
    return this.socket.record.bytesSent;
  }

  drain(): void {
    if (this.state === 'closed') return;
    if (this.active) this.startDraining();
    else this.close();
  }

  close(): void {
    this.closeBy('local');
  }

  /** It takes no further stream. */
  protected startDraining(): void {
    const ready = this.state === 'ready';
    this.state = 'draining';
    this.remaining = 0;
    if (ready) this.owner.onFull(this);
  }

  onConnected(): void {
    this.onIdle();
    this.state = 'ready';
    this.owner.onConnected(this);
  }

  onConnectFailure(failure: ConnectFailure): void {
    this.state = 'closed';
    this.owner.onClosed(this, failure);
  }

  onBroken(): void {
    this.onEnd();
  }

  onMaxDuration(): void {
    this.drain();
  }

  /** No stream is on it: one timer for many such spells looks how long this one has lasted and comes back for the rest. */
  protected onIdle(): void {
    const { idleTimeout } = this.context.settings;
    if (idleTimeout === undefined) return;
    this.#idleSince = this.context.clock.now();
    this.#idleTimer ??= this.context.clock.setTimeout(() => this.#onIdleTimer(), idleTimeout);
  }

  protected closeBy(event: CloseEvent): void {
    if (this.state === 'closed') return;
    const { state } = this;
    this.state = 'closed';
    // What its end leads to must not find it among those that take streams.
    if (state === 'ready') this.owner.onFull(this);
    this.#idleTimer?.cancel();
    this.closeWith(event);
    const failure: ConnectFailure = { reason: `connection-failure-${event}`, transportFailure: '' };
    this.owner.onClosed(this, state === 'connecting' ? failure : undefined);
  }

  #onIdleTimer(): void {
    this.#idleTimer = undefined;
    if (this.active || this.state === 'closed') return;
    const { clock, settings, stats } = this.context;
    const left = this.#idleSince + settings.idleTimeout! - clock.now();
    if (left > 0) {
      this.#idleTimer = clock.setTimeout(() => this.#onIdleTimer(), left);
      return;
    }
    stats.count('upstream_cx_idle_timeout').inc();
    this.close();
  }
}
