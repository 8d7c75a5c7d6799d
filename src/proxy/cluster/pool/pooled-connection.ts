import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../clock.ts';
import type {
  ClientConnection,
  ClientConnectionCallbacks,
  RequestEncoder,
  ResponseDecoder,
  StreamResetReason,
  WatermarkCallbacks,
} from '../../codec/codec.ts';
import type { SocketAddress } from '../../http/stream-info.ts';
import type { UpstreamConnection } from '../cluster.ts';
import type { Endpoint } from '../host/endpoint.ts';
import { type CloseEvent, ConnectionRecord } from './connection-record.ts';
import { openSocket } from './open-socket.ts';
import type { PoolContext } from './pool-context.ts';
import { connectErrorText } from './socket-error.ts';

/** What a connection tells its pool. */
export interface ConnectionOwner {
  onConnected(connection: PooledConnection): void;
  /** The stream that was on it is over; `ready`: it may take another one. */
  onStreamDone(connection: PooledConnection, ready: boolean): void;
  /** Called once. `failure`: of an attempt that never connected, what the pending requests are told. */
  onClosed(connection: PooledConnection, failure: ConnectFailure | undefined): void;
}

export interface ConnectFailure {
  readonly reason: StreamResetReason;
  /** `%UPSTREAM_TRANSPORT_FAILURE_REASON%`. */
  readonly transportFailure: string;
}

/** One upstream connection: a socket, its codec, and at most one stream. */
export class PooledConnection implements ClientConnectionCallbacks, UpstreamConnection {
  readonly id: number;
  state: 'connecting' | 'ready' | 'busy' | 'draining' | 'closed' = 'connecting';
  /** Our end, once connected. */
  local: SocketAddress | undefined;
  head: Buffer | string | undefined;
  readonly #owner: ConnectionOwner;
  readonly #host: Endpoint;
  readonly #context: PoolContext;
  readonly #clock: Clock;
  readonly #socket: Socket;
  readonly #codec: ClientConnection;
  readonly #record: ConnectionRecord;
  #remaining: number;
  #decoder: (ResponseDecoder & WatermarkCallbacks) | undefined;
  #connectTimer: Timer | undefined;
  #durationTimer: Timer | undefined;
  #idleTimer: Timer | undefined;
  #idleSince = 0;
  #aboveWatermark = false;
  #timedOut = false;
  /** The upstream has closed its side. */
  #ended = false;

  constructor(owner: ConnectionOwner, host: Endpoint, context: PoolContext) {
    this.id = context.nextConnectionId();
    this.#owner = owner;
    this.#host = host;
    this.#context = context;
    this.#clock = context.clock;
    this.#record = new ConnectionRecord(host, context);
    const { settings } = context;
    this.#remaining = settings.maxRequestsPerConnection ?? Number.POSITIVE_INFINITY;
    this.#codec = context.createCodec(this);
    this.#connectTimer = this.#clock.setTimeout(() => this.#onConnectTimeout(), settings.connectTimeout);
    this.#socket = openSocket(host.address, settings);
    this.#socket.once('connect', () => this.#onConnect());
    this.#socket.on('data', (data: Buffer) => this.#onData(data));
    this.#socket.on('drain', () => this.#onDrain());
    this.#socket.once('end', () => this.#onEnd());
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#onError(error));
    this.#socket.once('close', () => this.#onEnd());
  }

  get bytesReceived(): number {
    return this.#record.bytesReceived;
  }

  get bytesSent(): number {
    return this.#record.bytesSent;
  }

  /** A stream is on it. */
  get active(): boolean {
    return this.#decoder !== undefined;
  }

  /** Puts a stream on this ready connection. */
  newStream(decoder: ResponseDecoder & WatermarkCallbacks): RequestEncoder {
    this.#record.onRequest();
    if (--this.#remaining === 0) {
      this.#context.stats.count('upstream_cx_max_requests').inc();
      this.state = 'draining';
    } else {
      this.state = 'busy';
    }
    this.#decoder = decoder;
    this.head = undefined;
    return this.#codec.newStream(decoder);
  }

  /** Closes now, or after the stream that is on it. */
  drain(): void {
    if (this.state === 'closed') return;
    if (this.active) this.state = 'draining';
    else this.close();
  }

  close(): void {
    this.#close('local', '');
  }

  write(data: Buffer | string): void {
    this.head ??= data;
    const bytes = typeof data === 'string' ? data.length : data.byteLength;
    this.#record.onWrite(bytes);
    const flushed = typeof data === 'string' ? this.#socket.write(data, 'latin1') : this.#socket.write(data);
    if (!flushed) this.#onBuffered();
  }

  setReadEnabled(enabled: boolean): void {
    if (enabled) this.#socket.resume();
    else this.#socket.pause();
  }

  onStreamComplete(reusable: boolean, whole: boolean): void {
    if (this.state === 'closed') return;
    if (!whole) {
      this.close();
      return;
    }
    this.#decoder = undefined;
    this.#aboveWatermark = false;
    if (!reusable || this.state === 'draining') {
      this.#owner.onStreamDone(this, false);
      // Of a response that lasted until FIN, it is the upstream that closed.
      this.#close(this.#ended ? 'remote' : 'local', '');
      return;
    }
    this.state = 'ready';
    if (this.#context.settings.idleTimeout !== undefined) this.#idleFrom(this.#clock.now());
    this.#owner.onStreamDone(this, true);
  }

  onCloseNotice(): void {
    this.#context.stats.count('upstream_cx_close_notify').inc();
  }

  onProtocolError(): void {
    this.#context.stats.count('upstream_cx_protocol_error').inc();
    this.#close(this.#ended ? 'remote' : 'local', '');
  }

  #onConnect(): void {
    if (this.state === 'closed') return;
    this.#connectTimer?.cancel();
    this.#record.onConnected();
    const { localAddress, localPort } = this.#socket;
    if (localAddress !== undefined) this.local = { address: localAddress, port: localPort ?? 0 };
    const { idleTimeout, maxConnectionDuration } = this.#context.settings;
    if (idleTimeout !== undefined) this.#idleFrom(this.#clock.now());
    if (maxConnectionDuration !== undefined) {
      this.#durationTimer = this.#clock.setTimeout(() => this.#onMaxDuration(), maxConnectionDuration);
    }
    this.state = 'ready';
    this.#owner.onConnected(this);
  }

  #onData(data: Buffer): void {
    if (this.state === 'closed') return;
    this.#record.onRead(data.byteLength);
    if (this.#decoder === undefined && isRequestTimeout(data)) this.close();
    else this.#codec.dispatch(data);
  }

  /** FIN: to Envoy the end of both directions. */
  #onEnd(): void {
    if (this.state === 'closed') return;
    this.#ended = true;
    if (this.active) this.#codec.onEnd();
    this.#close('remote', '');
  }

  #onError(error: NodeJS.ErrnoException): void {
    // An attempt that is refused says so; a reset comes only after the handshake, and we were slow to look.
    if (this.state === 'connecting' && error.code === 'ECONNRESET') this.#onConnect();
    if (this.state === 'connecting') this.#close('remote', connectErrorText(error, this.#host.address));
    else this.#onEnd();
  }

  #onConnectTimeout(): void {
    this.#timedOut = true;
    this.#context.stats.count('upstream_cx_connect_timeout').inc();
    this.#close('local', '');
  }

  #onMaxDuration(): void {
    this.#context.stats.count('upstream_cx_max_duration_reached').inc();
    this.drain();
  }

  /** One timer for many idle spells: it looks how long this one has lasted and comes back for the rest. */
  #idleFrom(now: number): void {
    this.#idleSince = now;
    this.#idleTimer ??= this.#clock.setTimeout(
      () => this.#onIdleTimer(),
      this.#context.settings.idleTimeout!,
    );
  }

  #onIdleTimer(): void {
    this.#idleTimer = undefined;
    if (this.state !== 'ready') return;
    const left = this.#idleSince + this.#context.settings.idleTimeout! - this.#clock.now();
    if (left > 0) {
      this.#idleTimer = this.#clock.setTimeout(() => this.#onIdleTimer(), left);
      return;
    }
    this.#context.stats.count('upstream_cx_idle_timeout').inc();
    this.close();
  }

  #onBuffered(): void {
    this.#record.setBuffered(this.#socket.writableLength);
    if (this.#aboveWatermark || this.#decoder === undefined) return;
    this.#aboveWatermark = true;
    this.#decoder.onAboveWriteBufferHighWatermark();
  }

  #onDrain(): void {
    this.#record.setBuffered(0);
    if (!this.#aboveWatermark) return;
    this.#aboveWatermark = false;
    this.#decoder?.onBelowWriteBufferLowWatermark();
  }

  #close(event: CloseEvent, transportFailure: string): void {
    if (this.state === 'closed') return;
    const connecting = this.state === 'connecting';
    this.state = 'closed';
    this.#connectTimer?.cancel();
    this.#durationTimer?.cancel();
    this.#idleTimer?.cancel();
    this.#socket.destroy();
    this.#record.onClosed(event, !connecting, this.active);
    if (this.#decoder !== undefined) {
      this.#decoder = undefined;
      this.#owner.onStreamDone(this, false);
      this.#codec.onConnectionClosed('connection-termination');
    }
    this.#owner.onClosed(this, connecting ? this.#connectFailure(event, transportFailure) : undefined);
  }

  #connectFailure(event: CloseEvent, transportFailure: string): ConnectFailure {
    if (this.#timedOut) return { reason: 'connection-timeout', transportFailure };
    return { reason: `connection-failure-${event}`, transportFailure };
  }
}

/** An upstream that closes an idle connection may say so first; Envoy does not count that as an error. */
function isRequestTimeout(data: Buffer): boolean {
  return data.byteLength >= 12 && /^HTTP\/1\.[01] 408/.test(data.toString('latin1', 0, 12));
}
