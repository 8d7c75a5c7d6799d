import type { RequestEncoder, StreamResetReason } from '../../codec/codec.ts';
import type { Http2ClientCallbacks, Http2ClientConnection } from '../../codec/http2/client-connection.ts';
import type { Endpoint } from '../host/endpoint.ts';
import type { CloseEvent } from './connection-record.ts';
import type { PoolContext } from './pool-context.ts';
import { type ConnectionOwner, type Decoder, PooledConnection } from './pooled-connection.ts';
import type { ConnectFailure, UpstreamSocket } from './upstream-socket.ts';

/** Client streams have the odd numbers below 2^31; Envoy stays far from their end. */
const mostStreams = 2 ** 29;

/**
 * An upstream connection that speaks HTTP/2: as many streams as its upstream and the cluster allow. Envoy's
 * MultiplexedActiveClientBase (source/common/http/conn_pool_base.cc).
 */
export class Http2PooledConnection extends PooledConnection implements Http2ClientCallbacks {
  readonly protocol = 'HTTP/2';
  readonly #codec: Http2ClientConnection;
  #active = 0;
  /** Streams at once. */
  #limit: number;
  /** Its end took streams along. */
  #lost = false;
  /** What streams are told when it ends. */
  #reason: StreamResetReason = 'connection-termination';

  constructor(owner: ConnectionOwner, host: Endpoint, context: PoolContext, socket?: UpstreamSocket) {
    super(owner, host, context, socket);
    if (this.remaining > mostStreams) this.remaining = mostStreams;
    this.#limit = context.settings.http2.maxConcurrentStreams;
    this.#codec = context.createHttp2Codec(this);
    context.stats.count('upstream_cx_http2_total').inc();
  }

  get active(): boolean {
    return this.#active > 0;
  }

  get capacity(): number {
    return Math.min(this.remaining, this.#limit - this.#active);
  }

  newStream(decoder: Decoder): RequestEncoder {
    this.socket.record.onRequest();
    const { capacity } = this;
    this.#active++;
    if (--this.remaining === 0) {
      this.context.stats.count('upstream_cx_max_requests').inc();
      this.state = 'draining';
    } else if (capacity === 1) this.state = 'busy';
    return this.#codec.newStream(decoder);
  }

  // From the codec.

  get unsentBytes(): number {
    return this.socket.unsentBytes;
  }

  write(data: Buffer, more = false): boolean {
    return this.socket.write(data, more);
  }

  onMaxConcurrentStreams(most: number): void {
    this.#limit = Math.min(most, this.context.settings.http2.maxConcurrentStreams);
    if (this.state === 'ready' && this.capacity <= 0) {
      this.state = 'busy';
      this.owner.onFull(this);
    } else if (this.state === 'busy' && this.capacity > 0) {
      this.state = 'ready';
      this.owner.onReady(this);
    }
  }

  onGoAway(): void {
    this.context.stats.count('upstream_cx_close_notify').inc();
    if (this.state !== 'draining') this.drain();
  }

  onStreamDone(reset: StreamResetReason | undefined): void {
    if (reset !== undefined) this.#countReset(reset);
    this.#active--;
    if (this.state === 'draining' && this.#active === 0) {
      this.owner.onStreamDone(this, undefined);
      this.close();
      return;
    }
    if (this.#active === 0 && this.state !== 'closed') this.onIdle();
    const ready = this.state === 'busy' && this.capacity > 0;
    if (ready) this.state = 'ready';
    this.owner.onStreamDone(this, ready ? 'now' : undefined);
  }

  onProtocolError(): void {
    this.#countProtocolError();
    this.#reason = 'protocol-error';
    this.closeBy('local');
  }

  onKeepaliveTimeout(): void {
    this.closeBy('local');
  }

  // From the socket.

  override onConnected(): void {
    this.#codec.start();
    super.onConnected();
  }

  override onConnectFailure(failure: ConnectFailure): void {
    this.#codec.onConnectionClosed(failure.reason);
    super.onConnectFailure(failure);
  }

  onData(data: Buffer): void {
    this.#codec.dispatch(data);
  }

  onEnd(): void {
    this.closeBy('remote');
  }

  onAboveWriteBufferHighWatermark(): void {
    this.#codec.setFull(true);
  }

  onBelowWriteBufferLowWatermark(): void {
    this.#codec.setFull(false);
  }

  protected closeWith(event: CloseEvent): void {
    // To Envoy's codec a connection that is closed under its hands broke the protocol.
    if (this.#codec.dispatching && !this.#codec.spent) this.#countProtocolError();
    this.#codec.onConnectionClosed(this.#reason);
    this.socket.close(event, this.#lost);
  }

  #countProtocolError(): void {
    this.context.stats.count('upstream_cx_protocol_error').inc();
  }

  #countReset(reset: StreamResetReason): void {
    const { stats } = this.context;
    switch (reset) {
      case 'connection-termination':
        stats.count('upstream_rq_pending_failure_eject').inc();
        this.#lost = true;
        break;
      case 'local-reset':
      case 'protocol-error':
        stats.count('upstream_rq_tx_reset').inc();
        break;
      case 'remote-reset':
        stats.count('upstream_rq_rx_reset').inc();
        break;
      default:
    }
  }
}
