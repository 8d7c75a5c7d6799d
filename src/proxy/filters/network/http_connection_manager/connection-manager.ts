import type { Timer } from '../../../clock.ts';
import type {
  ProtocolError,
  RequestDecoder,
  ResponseEncoder,
  ServerConnection,
} from '../../../codec/codec.ts';
import type { Http2ServerCallbacks } from '../../../codec/http2/server-connection.ts';
import type { ResponseHeaders } from '../../../http/headers.ts';
import { becomesAnother } from '../../../http/upgrade.ts';
import type { CloseType, Connection, ConnectionCallbacks } from '../../../listener/connection.ts';
import { ActiveStream } from './active-stream.ts';
import { createCodec } from './create-codec.ts';
import { PrematureResets } from './premature-resets.ts';
import type { SharedState } from './shared-state.ts';
import { WireMeter } from './wire-meter.ts';

/**
 * `draining`: responses say `connection: close`, and for `drain_timeout` it is left to the client to act on that;
 * `closing`: the connection ends with its last stream.
 */
type DrainState = 'none' | 'draining' | 'closing';

/**
 * Serves HTTP on one downstream connection: Envoy's ConnectionManagerImpl (source/common/http/conn_manager_impl.cc).
 * Long because all that ends a connection meets here: its codec, its streams, its peer and three timers.
 */
export class HttpConnectionManager implements ConnectionCallbacks, Http2ServerCallbacks {
  readonly shared: SharedState;
  readonly connection: Connection;
  readonly bufferLimit: number;
  /** Counts bytes where a log may ask for them. */
  meter: WireMeter | undefined;
  #resets: PrematureResets | undefined;
  /** HTTP/2: a request's end is not the connection's. */
  multiplexed = false;
  #codec: ServerConnection | undefined;
  readonly #streams: ActiveStream[] = [];
  #drainState: DrainState = 'none';
  #requests = 0;
  #readEnabled = true;
  #dispatching = false;
  /** ms of the clock since when no stream is open. */
  #idleSince: number;
  /** One timer watches streams and connection: arming one a request would cost. */
  #idleTimer: Timer | undefined;
  #idleDue = Number.POSITIVE_INFINITY;
  #durationTimer: Timer | undefined;
  #drainTimer: Timer | undefined;
  /** The stream that ends closes the connection without waiting for the client to do so. */
  #skipDelay = false;

  constructor(connection: Connection, shared: SharedState, bufferLimit: number) {
    this.connection = connection;
    this.shared = shared;
    this.bufferLimit = bufferLimit;
    if (shared.accessLogs.length > 0) this.meter = new WireMeter();
    const { config, stats, server } = shared;
    stats.downstream_cx_total.inc();
    stats.downstream_cx_active.inc();
    if (connection.encrypted) {
      stats.downstream_cx_ssl_total.inc();
      stats.downstream_cx_ssl_active.inc();
    }
    connection.delayedCloseMs = config.delayedCloseTimeout;
    connection.setStats({
      rxBytes: stats.downstream_cx_rx_bytes_total,
      txBytes: stats.downstream_cx_tx_bytes_total,
      delayedCloseTimeout: stats.downstream_cx_delayed_close_timeout,
    });
    this.#idleSince = server.clock.now();
    if (config.idleTimeout > 0) this.watchIdle(config.idleTimeout);
    if (config.maxConnectionDuration > 0) {
      this.#durationTimer = server.clock.setTimeout(
        () => this.#onDurationOver(),
        config.maxConnectionDuration,
      );
    }
  }

  get protocol(): ServerConnection['protocol'] {
    return this.#codec?.protocol ?? 'HTTP/1.1';
  }

  // From the connection.

  onData(data: Buffer): void {
    const codec = this.#codec ?? this.#startCodec(data);
    this.meter?.onRead(data.length);
    this.#dispatching = true;
    codec.dispatch(data);
    this.#dispatching = false;
    this.#closeIfDone(false);
  }

  onConnectionClosed(by: 'remote' | 'local'): void {
    const { stats, server } = this.shared;
    this.#idleTimer?.cancel();
    this.#durationTimer?.cancel();
    this.#drainTimer?.cancel();
    if (by === 'remote') stats.downstream_cx_destroy_remote.inc();
    else stats.downstream_cx_destroy_local.inc();
    if (this.#streams.length > 0) {
      stats.downstream_cx_destroy_active_rq.inc();
      stats.downstream_cx_destroy_remote_active_rq.inc();
      const reason = this.connection.localCloseReason.replaceAll(' ', '_');
      const details =
        by === 'remote' ? 'downstream_remote_disconnect' : `downstream_local_disconnect(${reason})`;
      for (const stream of [...this.#streams]) stream.abandon(details, 'DC');
    }
    this.#codec?.onConnectionClosed();
    stats.downstream_cx_destroy.inc();
    stats.downstream_cx_active.dec();
    if (this.connection.encrypted) stats.downstream_cx_ssl_active.dec();
    if (this.#codec !== undefined) {
      stats[this.multiplexed ? 'downstream_cx_http2_active' : 'downstream_cx_http1_active'].dec();
    }
    stats.downstream_cx_length_ms.record(Math.floor(server.clock.now() - this.connection.startedAt));
  }

  onAboveWriteBufferHighWatermark(): void {
    for (const stream of this.#streams) stream.onAboveWriteBufferHighWatermark();
  }

  onBelowWriteBufferLowWatermark(): void {
    for (const stream of this.#streams) stream.onBelowWriteBufferLowWatermark();
  }

  // From the codec.

  newStream(encoder: ResponseEncoder): RequestDecoder {
    const { config, stats } = this.shared;
    const stream = new ActiveStream(this, encoder);
    this.#requests++;
    if (config.maxRequestsPerConnection > 0 && this.#requests >= config.maxRequestsPerConnection) {
      if (!this.multiplexed) {
        stream.drainConnection = true;
        this.#drainState = 'closing';
      } else if (this.#drainState === 'none') this.#startDrain();
      stats.downstream_cx_max_requests_reached.inc();
    }
    this.#streams.push(stream);
    if (stream.idleTimeout > 0) this.watchIdle(stream.idleTimeout);
    return stream;
  }

  write(data: Buffer, more?: boolean): boolean {
    this.meter?.onWrite(data);
    return this.connection.write(data, more);
  }

  onProtocolError(error: ProtocolError): void {
    const { stats, server } = this.shared;
    server.loggers.get('http').debug(`[C${this.connection.id}] dispatch error: ${error.message}`);
    const details = `codec_error:${error.message.replaceAll(' ', '_')}`;
    if (error.status === 0) {
      if (error.details === 'protocol_error') stats.downstream_cx_protocol_error.inc();
      if (this.#streams.length > 0) {
        stats.downstream_cx_destroy_active_rq.inc();
        stats.downstream_cx_destroy_local_active_rq.inc();
      }
      for (const stream of [...this.#streams]) stream.abandon(stream.codecDetails || details, 'DPE');
    } else {
      stats.downstream_cx_protocol_error.inc();
      this.#streams[0]?.onProtocolError(error);
    }
    this.#drainState = 'closing';
    this.#close('flush-and-delay', details);
  }

  onKeepaliveTimeout(): void {
    this.connection.close('flush', 'http2_ping_timeout');
  }

  /** The codec will take no further request. */
  onClose(): void {
    if (this.#streams.length === 0) this.#close(this.#skipDelay ? 'flush' : 'flush-and-delay', deferredClose);
    else this.#drainState = 'closing';
  }

  get unsentBytes(): number {
    return this.connection.unsentBytes;
  }

  setReadEnabled(enabled: boolean): void {
    if (enabled === this.#readEnabled) return;
    this.#readEnabled = enabled;
    this.connection.readDisable(!enabled);
  }

  // From the streams.

  /** Decides with a response's headers what becomes of the connection, and says so in them. */
  decideConnection(stream: ActiveStream, headers: ResponseHeaders): void {
    const { drain, stats } = this.shared;
    if (this.#drainState === 'none' && drain.drainClose()) {
      this.#startDrain();
      stats.downstream_cx_drain_close.inc();
    }
    if (this.multiplexed) {
      if (this.#drainState === 'none' && stream.drainConnection) this.#startDrain();
      return;
    }
    if (this.protocol === 'HTTP/1.0') {
      if (!headers.has('content-length')) stream.drainConnection = true;
      if (!stream.drainConnection) headers.set('connection', 'keep-alive');
    }
    if (this.#drainState === 'none' && stream.drainConnection) this.#drainState = 'closing';
    if (!stream.requestComplete) this.#drainState = 'closing';
    if (this.#drainState !== 'none' && !becomesAnother(stream.requestHeaders, headers)) {
      headers.set('connection', 'close');
    }
  }

  /** The connection has no use after the stream that ends now. */
  closeAfterStream(): void {
    this.#drainState = 'closing';
  }

  onStreamDone(stream: ActiveStream): void {
    const at = this.#streams.indexOf(stream);
    if (at >= 0) this.#streams.splice(at, 1);
    if (this.#resets?.onStreamClosed(stream.streamInfo, this.shared.server.clock.now()))
      this.#onTooManyResets();
    if (this.#streams.length > 0) return;
    this.#idleSince = this.shared.server.clock.now();
    // The timer may have come by while the stream was there.
    const { idleTimeout } = this.shared.config;
    if (idleTimeout > 0 && this.#idleSince + idleTimeout < this.#idleDue) this.watchIdle(idleTimeout);
    const http10WithoutLength =
      this.protocol === 'HTTP/1.0' && stream.responseHeaders?.has('content-length') !== true;
    // Envoy waits for the client where the answer was complete before its bytes were all looked at.
    this.#skipDelay =
      !this.#dispatching && stream.drainConnection && (stream.requestComplete || http10WithoutLength);
    this.#closeIfDone(this.#skipDelay);
  }

  #onTooManyResets(): void {
    if (this.#drainState !== 'none' || !this.connection.open) return;
    const details = 'too_many_premature_resets';
    this.shared.stats.downstream_rq_too_many_premature_resets.inc();
    this.#drainState = 'closing';
    for (const stream of [...this.#streams]) stream.abandon(details);
    // What the codec has gathered does not go out any more.
    this.connection.close('flush', details);
    this.#codec?.stop();
  }

  /** Sees to it that the idle timer fires within `ms`. */
  watchIdle(ms: number): void {
    const { clock } = this.shared.server;
    const due = clock.now() + ms;
    if (due >= this.#idleDue) return;
    this.#idleTimer?.cancel();
    this.#idleDue = due;
    this.#idleTimer = clock.setTimeout(() => this.#onIdleTimer(), ms);
  }

  /** Ends an idle connection at once and a busy one after its response. */
  drain(): void {
    this.#codec?.goAway?.();
    this.#drainState = 'closing';
    this.#closeIfDone(false);
  }

  #startCodec(data: Buffer): ServerConnection {
    const { stats } = this.shared;
    const codec = createCodec(this, this.shared, this.connection, data);
    this.#codec = codec;
    this.multiplexed = codec.protocol === 'HTTP/2';
    if (this.multiplexed) {
      this.meter = undefined;
      this.#resets = new PrematureResets(this.shared.server.runtime);
    }
    stats[this.multiplexed ? 'downstream_cx_http2_total' : 'downstream_cx_http1_total'].inc();
    stats[this.multiplexed ? 'downstream_cx_http2_active' : 'downstream_cx_http1_active'].inc();
    return codec;
  }

  #closeIfDone(skipDelay: boolean): void {
    if (this.#drainState !== 'closing' || this.#streams.length > 0 || this.#codec?.wantsToWrite) return;
    this.#close(skipDelay ? 'flush' : 'flush-and-delay', deferredClose);
  }

  #close(type: CloseType, reason: string): void {
    this.#codec?.stop();
    if (this.connection.open) this.connection.close(type, reason);
  }

  #startDrain(): void {
    const { config, server } = this.shared;
    this.#drainState = 'draining';
    this.#codec?.shutdownNotice?.();
    this.#drainTimer = server.clock.setTimeout(() => {
      this.#codec?.goAway?.();
      this.#drainState = 'closing';
      this.#closeIfDone(false);
    }, config.drainTimeout);
  }

  #onDurationOver(): void {
    this.shared.stats.downstream_cx_max_duration_reached.inc();
    if (this.#codec === undefined) this.#close('flush', 'max_connection_duration_reached');
    else if (this.#drainState === 'none') this.#startDrain();
  }

  #onIdleTimer(): void {
    const { config, server } = this.shared;
    const now = server.clock.now();
    this.#idleTimer = undefined;
    this.#idleDue = Number.POSITIVE_INFINITY;
    for (const stream of [...this.#streams]) {
      if (stream.idleTimeout === 0) continue;
      const left = stream.lastActive + stream.idleTimeout - now;
      if (left > 0) this.watchIdle(left);
      else stream.onIdleTimeout();
    }
    if (this.#streams.length > 0 || config.idleTimeout === 0 || !this.connection.open) return;
    const left = this.#idleSince + config.idleTimeout - now;
    if (left > 0) this.watchIdle(left);
    else this.#onIdle();
  }

  #onIdle(): void {
    this.shared.stats.downstream_cx_idle_timeout.inc();
    if (this.#codec === undefined) this.#close('flush', 'on_idle_timeout');
    else if (this.#drainState === 'none') this.#startDrain();
  }
}

const deferredClose = 'deferred_close_on_drained_connection';
