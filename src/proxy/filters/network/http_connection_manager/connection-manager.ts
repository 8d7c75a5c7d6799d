import type { Timer } from '../../../clock.ts';
import type {
  ProtocolError,
  RequestDecoder,
  ResponseEncoder,
  ServerConnection,
  ServerConnectionCallbacks,
} from '../../../codec/codec.ts';
import { Http1ServerConnection } from '../../../codec/http1/server-connection.ts';
import type { ResponseHeaders } from '../../../http/headers.ts';
import { isUpgrade } from '../../../http/upgrade.ts';
import type { CloseType, Connection, ConnectionCallbacks } from '../../../listener/connection.ts';
import { ActiveStream } from './active-stream.ts';
import type { SharedState } from './shared-state.ts';
import { WireMeter } from './wire-meter.ts';

/**
 * `draining`: responses say `connection: close`, and for `drain_timeout` it is left to the client to act on that;
 * `closing`: the connection ends with its last stream.
 */
type DrainState = 'none' | 'draining' | 'closing';

/**
 * Serves HTTP on one downstream connection: Envoy's ConnectionManagerImpl (source/common/http/conn_manager_impl.cc).
 */
export class HttpConnectionManager implements ConnectionCallbacks, ServerConnectionCallbacks {
  readonly shared: SharedState;
  readonly connection: Connection;
  readonly bufferLimit: number;
  /** Counts bytes where a log may ask for them. */
  readonly meter: WireMeter | undefined;
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
    this.#codec ??= this.#createCodec();
    this.meter?.onRead(data.length);
    this.#dispatching = true;
    this.#codec.dispatch(data);
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
    if (this.#codec !== undefined) stats.downstream_cx_http1_active.dec();
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
      stream.drainConnection = true;
      this.#drainState = 'closing';
      stats.downstream_cx_max_requests_reached.inc();
    }
    this.#streams.push(stream);
    if (stream.idleTimeout > 0) this.watchIdle(stream.idleTimeout);
    return stream;
  }

  write(data: Buffer | string): void {
    this.meter?.onWrite(data);
    this.connection.write(data);
  }

  onProtocolError(error: ProtocolError): void {
    const { stats, server } = this.shared;
    server.loggers.get('http').debug(`[C${this.connection.id}] dispatch error: ${error.message}`);
    stats.downstream_cx_protocol_error.inc();
    this.#streams[0]?.onProtocolError(error);
    this.#drainState = 'closing';
    this.#close('flush-and-delay', `codec_error:${error.message.replaceAll(' ', '_')}`);
  }

  /** The codec will take no further request. */
  onClose(): void {
    if (this.#streams.length === 0) this.#close(this.#skipDelay ? 'flush' : 'flush-and-delay', deferredClose);
    else this.#drainState = 'closing';
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
    if (this.protocol === 'HTTP/1.0') {
      if (!headers.has('content-length')) stream.drainConnection = true;
      if (!stream.drainConnection) headers.set('connection', 'keep-alive');
    }
    if (this.#drainState === 'none' && stream.drainConnection) this.#drainState = 'closing';
    if (!stream.requestComplete) this.#drainState = 'closing';
    if (this.#drainState !== 'none' && !isUpgrade(headers)) headers.set('connection', 'close');
  }

  /** The connection has no use after the stream that ends now. */
  closeAfterStream(): void {
    this.#drainState = 'closing';
  }

  onStreamDone(stream: ActiveStream): void {
    const at = this.#streams.indexOf(stream);
    if (at >= 0) this.#streams.splice(at, 1);
    if (this.#streams.length > 0) return;
    this.#idleSince = this.shared.server.clock.now();
    const http10WithoutLength =
      this.protocol === 'HTTP/1.0' && stream.responseHeaders?.has('content-length') !== true;
    // Envoy waits for the client where the answer was complete before its bytes were all looked at.
    this.#skipDelay =
      !this.#dispatching && stream.drainConnection && (stream.requestComplete || http10WithoutLength);
    this.#closeIfDone(this.#skipDelay);
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
    this.#drainState = 'closing';
    this.#closeIfDone(false);
  }

  #createCodec(): ServerConnection {
    const { config, stats } = this.shared;
    stats.downstream_cx_http1_total.inc();
    stats.downstream_cx_http1_active.inc();
    return new Http1ServerConnection(this, {
      maxHeadersCount: config.maxHeadersCount,
      maxHeadersBytes: config.maxRequestHeadersBytes,
      enableTrailers: config.enableTrailers,
      allowChunkedLength: config.allowChunkedLength,
      allowAbsoluteUrl: config.allowAbsoluteUrl,
      acceptHttp10: config.acceptHttp10,
      defaultHostForHttp10: config.defaultHostForHttp10,
      headersWithUnderscoresAction: config.headersWithUnderscoresAction,
      allowCustomMethods: config.allowCustomMethods,
    });
  }

  #closeIfDone(skipDelay: boolean): void {
    if (this.#drainState !== 'closing' || this.#streams.length > 0) return;
    this.#close(skipDelay ? 'flush' : 'flush-and-delay', deferredClose);
  }

  #close(type: CloseType, reason: string): void {
    this.#codec?.stop();
    if (this.connection.open) this.connection.close(type, reason);
  }

  #startDrain(): void {
    const { config, server } = this.shared;
    this.#drainState = 'draining';
    this.#drainTimer = server.clock.setTimeout(() => {
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
