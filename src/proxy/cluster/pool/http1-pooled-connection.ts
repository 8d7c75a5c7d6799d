import type { ClientConnection, ClientConnectionCallbacks, RequestEncoder } from '../../codec/codec.ts';
import { writtenHead } from '../../codec/http1/written-head.ts';
import type { Endpoint } from '../host/endpoint.ts';
import type { CloseEvent } from './connection-record.ts';
import type { PoolContext } from './pool-context.ts';
import { type ConnectionOwner, type Decoder, PooledConnection } from './pooled-connection.ts';
import type { UpstreamClose, UpstreamSocket } from './upstream-socket.ts';

/** An upstream connection that speaks HTTP/1: at most one stream is on it. */
export class Http1PooledConnection extends PooledConnection implements ClientConnectionCallbacks {
  readonly protocol = 'HTTP/1.1';
  readonly #codec: ClientConnection;
  #decoder: Decoder | undefined;
  #how: UpstreamClose = 'now';
  /** The stream was told to stop writing. */
  #above = false;

  constructor(owner: ConnectionOwner, host: Endpoint, context: PoolContext, socket?: UpstreamSocket) {
    super(owner, host, context, socket);
    this.#codec = context.createCodec(this);
    context.stats.onHttp1Connection();
  }

  get active(): boolean {
    return this.#decoder !== undefined;
  }

  get capacity(): number {
    return this.#decoder === undefined && this.remaining > 0 ? 1 : 0;
  }

  newStream(decoder: Decoder): RequestEncoder {
    this.socket.record.onRequest();
    if (--this.remaining === 0) {
      this.context.stats.count('upstream_cx_max_requests').inc();
      this.state = 'draining';
    } else {
      this.state = 'busy';
    }
    this.#decoder = decoder;
    this.head = undefined;
    return this.#codec.newStream(decoder);
  }

  // From the codec.

  write(data: Buffer, more = false): boolean {
    this.head ??= writtenHead(data);
    return this.socket.write(data, more);
  }

  setReadEnabled(enabled: boolean): void {
    this.socket.setReadEnabled(enabled);
  }

  onStreamComplete(reusable: boolean, whole: boolean): void {
    if (this.state === 'closed') return;
    if (!whole) {
      this.close();
      return;
    }
    this.#decoder = undefined;
    this.#above = false;
    if (!reusable || this.state === 'draining') {
      this.owner.onStreamDone(this, undefined);
      // Of a response that lasted until FIN, it is the upstream that closed.
      this.closeBy(this.ended ? 'remote' : 'local');
      return;
    }
    this.state = 'ready';
    this.onIdle();
    this.owner.onStreamDone(this, 'later');
  }

  onTunnelEnd(): void {
    this.#how = 'flush';
    this.close();
  }

  onCloseNotice(): void {
    this.context.stats.count('upstream_cx_close_notify').inc();
  }

  onProtocolError(): void {
    this.context.stats.count('upstream_cx_protocol_error').inc();
    this.closeBy(this.ended ? 'remote' : 'local');
  }

  // From the socket.

  onData(data: Buffer): void {
    if (this.#decoder === undefined && isRequestTimeout(data)) this.close();
    else this.#codec.dispatch(data);
  }

  /** FIN: to Envoy the end of both directions. */
  onEnd(): void {
    if (this.state === 'closed') return;
    this.ended = true;
    if (this.active) this.#codec.onEnd();
    this.closeBy('remote');
  }

  onAboveWriteBufferHighWatermark(): void {
    if (this.#decoder === undefined) return;
    this.#above = true;
    this.#decoder.onAboveWriteBufferHighWatermark();
  }

  onBelowWriteBufferLowWatermark(): void {
    if (!this.#above) return;
    this.#above = false;
    this.#decoder?.onBelowWriteBufferLowWatermark();
  }

  protected closeWith(event: CloseEvent): void {
    this.socket.close(event, this.active, this.#how);
    if (this.#decoder === undefined) return;
    this.#decoder = undefined;
    this.owner.onStreamDone(this, undefined);
    this.#codec.onConnectionClosed('connection-termination');
  }
}

/** An upstream that closes an idle connection may say so first; Envoy does not count that as an error. */
function isRequestTimeout(data: Buffer): boolean {
  return data.byteLength >= 12 && /^HTTP\/1\.[01] 408/.test(data.toString('latin1', 0, 12));
}
