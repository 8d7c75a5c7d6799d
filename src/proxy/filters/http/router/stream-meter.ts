import type { UpstreamConnection } from '../../../cluster/cluster.ts';
import type { StreamBytes } from '../../../codec/codec.ts';
import type { HeaderMap } from '../../../http/headers.ts';
import type { UpstreamMeter } from '../../../http/stream-info.ts';

/**
 * The bytes of one upstream stream, counted as Envoy's BytesMeter does. Of HTTP/1 they are what its connection
 * moves meanwhile; nothing is worked out before somebody asks.
 */
export class StreamMeter implements UpstreamMeter {
  headerBytesReceived = 0;
  readonly #connection: UpstreamConnection;
  readonly #sentBefore: number;
  readonly #receivedBefore: number;
  #final: { readonly sent: number; readonly received: number; readonly head: Buffer | string } | undefined;

  constructor(connection: UpstreamConnection) {
    this.#connection = connection;
    this.#sentBefore = connection.bytesSent;
    this.#receivedBefore = connection.bytesReceived;
  }

  get wireBytesSent(): number {
    return this.#final?.sent ?? this.#connection.bytesSent - this.#sentBefore;
  }

  get wireBytesReceived(): number {
    return this.#final?.received ?? this.#connection.bytesReceived - this.#receivedBefore;
  }

  /** Header lines with their ends. */
  get headerBytesSent(): number {
    const head = this.#final?.head ?? this.#connection.head ?? '';
    return Math.max(0, head.indexOf('\r\n\r\n') - head.indexOf('\r\n'));
  }

  /** The response's headers: Envoy counts three bytes for each, and for none. */
  onHeaders(headers: HeaderMap): void {
    this.headerBytesReceived = headers.byteSize + 3 * Math.max(1, headers.size);
  }

  /** The stream is over: what the connection moves from now on is another's. */
  stop(): void {
    if (this.#final !== undefined) return;
    this.#final = {
      sent: this.wireBytesSent,
      received: this.wireBytesReceived,
      head: this.#connection.head ?? '',
    };
  }
}

/** The bytes of a stream whose codec counts them frame by frame. */
export class WireMeter implements UpstreamMeter {
  readonly #wire: StreamBytes;

  constructor(wire: StreamBytes) {
    this.#wire = wire;
  }

  get wireBytesSent(): number {
    return this.#wire.bytesSent;
  }

  get wireBytesReceived(): number {
    return this.#wire.bytesReceived;
  }

  get headerBytesSent(): number {
    return this.#wire.headersSent;
  }

  get headerBytesReceived(): number {
    return this.#wire.headersReceived;
  }

  /** The codec has counted them. */
  onHeaders(): void {}

  stop(): void {}
}
