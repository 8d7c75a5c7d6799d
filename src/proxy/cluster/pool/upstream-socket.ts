import type { Socket } from 'node:net';
import { abortSocket } from '../../abort-socket.ts';
import type { Clock, Timer } from '../../clock.ts';
import type { StreamResetReason } from '../../codec/codec.ts';
import type { SocketAddress, TlsInfo } from '../../http/stream-info.ts';
import { passedOn, ReadBuffer } from '../../read-buffer.ts';
import { ReadSwitch } from '../../read-switch.ts';
import type { UpstreamHandshake } from '../../transport-sockets/transport-socket.ts';
import type { Endpoint } from '../host/endpoint.ts';
import { type CloseEvent, ConnectionRecord } from './connection-record.ts';
import { openSocket } from './open-socket.ts';
import type { PoolContext } from './pool-context.ts';
import { connectErrorText } from './socket-error.ts';

/** Why an attempt to connect failed. */
export interface ConnectFailure {
  readonly reason: StreamResetReason;
  /** `%UPSTREAM_TRANSPORT_FAILURE_REASON%`. */
  readonly transportFailure: string;
}

/** What an upstream socket tells its owner, in this order. */
export interface UpstreamSocketCallbacks {
  /** Bytes may be written: over TLS the handshake is done. */
  onConnected(): void;
  onData(data: Buffer): void;
  /** The upstream has sent FIN, after all its bytes. `close` is the owner's to call, now or later. */
  onEnd(): void;
  /** It broke, `reset` by the upstream: nothing more can be read or written. `close` is the owner's to call, now. */
  onBroken(reset: boolean): void;
  /** More waits to be written than the cluster's buffer limit. */
  onAboveWriteBufferHighWatermark(): void;
  onBelowWriteBufferLowWatermark(): void;
  /** An attempt failed; the socket is closed and counted already. Nothing follows. */
  onConnectFailure(failure: ConnectFailure): void;
  /** `max_connection_duration` is over. */
  onMaxDuration(): void;
}

/** How a connection ends: at once; once what was written is sent; at once by RST; at once, an attempt nobody waits for. */
export type UpstreamClose = 'now' | 'flush' | 'abort' | 'cancel';

/**
 * A connection to an endpoint below any protocol: connects through the cluster's transport socket within the cluster's
 * timeout, reads and writes with back-pressure, and is counted in its cluster and its host.
 */
export class UpstreamSocket {
  /** Unique among all connections of the data plane. */
  readonly id: number;
  state: 'connecting' | 'connected' | 'closed' = 'connecting';
  /** Our end, once connected. */
  local: SocketAddress | undefined;
  /** Once connected, where the transport is TLS. */
  tls: TlsInfo | undefined;
  readonly record: ConnectionRecord;
  readonly #host: Endpoint;
  readonly #context: PoolContext;
  readonly #clock: Clock;
  #callbacks: UpstreamSocketCallbacks;
  readonly #socket: Socket;
  readonly #handshake: UpstreamHandshake;
  readonly #reads: ReadSwitch;
  #connectTimer: Timer | undefined;
  #durationTimer: Timer | undefined;
  #aboveWatermark = false;
  /** The upstream has sent RST. */
  #reset = false;

  /** `record`: where it is counted, when not as connections of HTTP and TCP are. */
  constructor(
    host: Endpoint,
    context: PoolContext,
    callbacks: UpstreamSocketCallbacks,
    record = new ConnectionRecord(host, context),
  ) {
    this.id = context.nextConnectionId();
    this.#host = host;
    this.#context = context;
    this.#clock = context.clock;
    this.#callbacks = callbacks;
    this.record = record;
    const { settings, transport } = context;
    this.#connectTimer = this.#clock.setTimeout(() => this.#onConnectTimeout(), settings.connectTimeout);
    const reads = new ReadBuffer((data) => this.#reads.onData(data));
    const plain = openSocket(host.address, settings, transport.encrypted ? undefined : reads.onread);
    this.#handshake = transport.connect(plain, host, (tls) => this.#onReady(tls));
    const { socket } = this.#handshake;
    this.#socket = socket;
    if (transport.encrypted) socket.on('data', (data: Buffer) => this.#reads.onData(data));
    socket.on('drain', () => this.#onDrain());
    this.#reads = new ReadSwitch(socket, {
      onData: (data) => this.#onData(data),
      onEnd: () => this.#onEnd(),
      onGone: () => this.#onBroken(this.#reset),
    });
    socket.once('end', () => this.#reads.onEnd());
    socket.on('error', (error: NodeJS.ErrnoException) => this.#onError(error));
    socket.once('close', () => {
      if (!this.#reads.holdGone()) this.#onBroken(this.#reset);
    });
  }

  /** From now on it is another's. */
  setCallbacks(callbacks: UpstreamSocketCallbacks): void {
    this.#callbacks = callbacks;
  }

  /** Bytes given to `write` that the kernel has not taken. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** As {@link ClientConnectionCallbacks.write}. */
  write(data: Buffer, more = false): boolean {
    const socket = this.#socket;
    if (this.state === 'closed' || socket.writableEnded) return false;
    this.record.onWrite(data.length);
    if (more && socket.writableCorked === 0) socket.cork();
    socket.write(data);
    if (more) return false;
    socket.uncork();
    const waiting = socket.writableLength;
    if (waiting === 0) {
      passedOn(data);
      return true;
    }
    if (waiting >= socket.writableHighWaterMark) this.#onBuffered(waiting);
    return false;
  }

  /** Sends FIN after what was written: the upstream may still answer. */
  end(): void {
    if (this.state === 'connected') this.#socket.end();
  }

  /** FIN and all that was written before it are sent. */
  get finished(): boolean {
    return this.#socket.writableFinished;
  }

  /** Sends FIN and calls back once that is out, if it ever is; true: nothing waits, and nobody is called. */
  flush(onFlushed: () => void): boolean {
    const socket = this.#socket;
    if (!socket.writableEnded) socket.end();
    if (socket.writableLength === 0) return true;
    socket.once('finish', onFlushed);
    return false;
  }

  /** Whether what ends the connection is told only after all its bytes and while reading is on, or at once. */
  holdEnd(holds: boolean): void {
    this.#reads.holdsEnd = holds;
  }

  /** Stop or go on reading. */
  setReadEnabled(enabled: boolean): void {
    this.#reads.set(enabled);
  }

  /**
   * Ends it at once and counts whose doing that was; `active`: something was under way on it. Further calls do
   * nothing.
   */
  close(event: CloseEvent, active: boolean, how: UpstreamClose = 'now'): void {
    if (this.state === 'closed') return;
    const connecting = this.state === 'connecting';
    this.state = 'closed';
    this.#connectTimer?.cancel();
    this.#durationTimer?.cancel();
    if (how === 'flush' && !connecting) this.#socket.destroySoon();
    else if (how === 'abort' && !connecting) abortSocket(this.#socket);
    // Who closes with bytes unread resets: these are no more in the kernel.
    else if (this.#reads.holdsEnd && this.#reads.unread) abortSocket(this.#socket);
    else this.#socket.destroy();
    this.record.onClosed(event, !connecting || how === 'cancel', active);
  }

  #onReady(tls: TlsInfo | undefined): void {
    if (this.state !== 'connecting') return;
    this.#connectTimer?.cancel();
    this.tls = tls;
    this.state = 'connected';
    this.record.onConnected();
    const { localAddress, localPort } = this.#socket;
    if (localAddress !== undefined) this.local = { address: localAddress, port: localPort ?? 0 };
    const { maxConnectionDuration } = this.#context.settings;
    if (maxConnectionDuration !== undefined) {
      this.#durationTimer = this.#clock.setTimeout(() => this.#onMaxDuration(), maxConnectionDuration);
    }
    this.#callbacks.onConnected();
  }

  #onData(data: Buffer): void {
    if (this.state === 'closed') return;
    this.record.onRead(data.byteLength);
    this.#callbacks.onData(data);
  }

  #onEnd(): void {
    if (this.state === 'connected') this.#callbacks.onEnd();
    else if (this.state === 'connecting') this.#fail('remote', this.#handshake.failure());
  }

  #onBroken(reset: boolean): void {
    if (this.state === 'connected') this.#callbacks.onBroken(reset);
    else if (this.state === 'connecting') this.#fail('remote', this.#handshake.failure());
  }

  #onError(error: NodeJS.ErrnoException): void {
    // An attempt that is refused says so; a reset comes only after the handshake, and we were slow to look.
    if (this.state === 'connecting' && error.code === 'ECONNRESET' && !this.#context.transport.encrypted) {
      this.#onReady(undefined);
    }
    if (this.state !== 'connecting') {
      this.#reset ||= error.code === 'ECONNRESET';
      if (!this.#reads.holdGone()) this.#onBroken(this.#reset);
    } else if (error.syscall === 'connect') this.#fail('remote', connectErrorText(error, this.#host.address));
    else this.#fail('remote', this.#handshake.failure(error));
  }

  #onConnectTimeout(): void {
    this.#context.stats.count('upstream_cx_connect_timeout').inc();
    this.#fail('local', '', 'connection-timeout');
  }

  #fail(
    event: CloseEvent,
    transportFailure: string,
    reason: StreamResetReason = `connection-failure-${event}`,
  ): void {
    this.close(event, false);
    this.#callbacks.onConnectFailure({ reason, transportFailure });
  }

  #onMaxDuration(): void {
    this.#context.stats.count('upstream_cx_max_duration_reached').inc();
    this.#callbacks.onMaxDuration();
  }

  #onBuffered(waiting: number): void {
    this.record.setBuffered(waiting);
    if (this.#aboveWatermark) return;
    this.#aboveWatermark = true;
    this.#callbacks.onAboveWriteBufferHighWatermark();
  }

  #onDrain(): void {
    if (this.state === 'closed') return;
    this.record.setBuffered(0);
    if (!this.#aboveWatermark) return;
    this.#aboveWatermark = false;
    this.#callbacks.onBelowWriteBufferLowWatermark();
  }
}
