import {
  type HeaderMap,
  PseudoField,
  type RequestHeaders,
  type ResponseHeaders,
} from '../../http/headers.ts';
import { isUpgrade } from '../../http/upgrade.ts';
import type { RequestEncoder, ResponseDecoder, StreamResetReason, WatermarkCallbacks } from '../codec.ts';
import { connectInsteadOfUpgrade, upgradeFromAnswer } from './extended-connect.ts';
import type { HpackEncoder } from './hpack/encoder.ts';
import { Http2Stream, type StreamConnection } from './http2-stream.ts';

/** What a request asks of its connection besides. */
export interface ClientStreamConnection extends StreamConnection {
  /** The head is about to be sent: the stream gets its id. */
  begin(stream: ClientStream): void;
  /** Request and response are both through, as far as their user knows. */
  onDone(stream: ClientStream): void;
  /** The user gives the stream up. */
  onReset(stream: ClientStream, reason: StreamResetReason): void;
}

/** A request of ours and the response to it. */
export class ClientStream extends Http2Stream<RequestHeaders> implements RequestEncoder {
  readonly decoder: ResponseDecoder & Partial<WatermarkCallbacks>;
  override expects: Http2Stream['expects'] = 'head';
  /** A head other than 1xx has come: what follows the body are trailers. */
  answered = false;
  /** The request is HEAD: its response has no body, whatever its head says. */
  bodiless = false;
  /** The request is CONNECT, of whatever protocol. */
  tunnels = false;
  /** The protocol an upgrade asked for, which HTTP/2 asks for with CONNECT (RFC 8441). */
  upgrade = '';
  /** Nobody waits for it any more. */
  done = false;
  declare protected readonly connection: ClientStreamConnection;
  #delivered = false;
  /** It was told of a connection that is full. */
  #paused = false;

  constructor(
    connection: ClientStreamConnection,
    decoder: ResponseDecoder & Partial<WatermarkCallbacks>,
    receiveWindow: number,
  ) {
    super(connection, 0, 0, receiveWindow);
    this.decoder = decoder;
  }

  encodeHeaders(headers: RequestHeaders, endStream: boolean): void {
    if (this.closed || this.id !== 0) return;
    if (isUpgrade(headers)) {
      this.upgrade = headers.get('upgrade')!;
      headers = connectInsteadOfUpgrade(headers);
    }
    this.tunnels = headers.method === 'CONNECT';
    this.bodiless = headers.method === 'HEAD';
    this.ended = endStream;
    this.connection.begin(this);
    this.head(headers, endStream);
    if (endStream) this.#checkDone();
  }

  override encodeData(data: Buffer, endStream: boolean): void {
    super.encodeData(data, endStream);
    if (endStream) this.#checkDone();
  }

  override encodeTrailers(trailers: HeaderMap): void {
    super.encodeTrailers(trailers);
    this.#checkDone();
  }

  resetStream(reason: StreamResetReason): void {
    if (this.done || this.closed) return;
    this.done = true;
    this.connection.onReset(this, reason);
  }

  pseudoFields(encoder: HpackEncoder, headers: RequestHeaders): void {
    const { authority, method, protocol } = headers;
    const plainConnect = method === 'CONNECT' && protocol === undefined;
    let named = false;
    for (let at = 9; at >= 0; at -= 3) {
      switch ((headers.pseudoOrder >> at) & 7) {
        case PseudoField.method:
          encoder.field(':method', method);
          break;
        case PseudoField.scheme:
          if (!plainConnect) encoder.field(':scheme', headers.scheme);
          break;
        case PseudoField.path:
          if (!plainConnect) encoder.field(':path', headers.path);
          break;
        case PseudoField.authority:
          named = true;
          if (authority !== undefined) encoder.field(':authority', authority);
          break;
        default:
      }
    }
    if (!named && authority !== undefined) encoder.field(':authority', authority);
    if (protocol !== undefined) encoder.field(':protocol', protocol);
  }

  /** The connection below is full, or has room again. */
  setConnectionFull(full: boolean): void {
    if (full === this.#paused || (full && this.ended)) return;
    this.#paused = full;
    if (full) this.decoder.onAboveWriteBufferHighWatermark?.();
    else this.decoder.onBelowWriteBufferLowWatermark?.();
  }

  /** A final head came: it goes to the user. */
  deliverHead(headers: ResponseHeaders, endStream: boolean): void {
    this.answered = true;
    if (this.upgrade !== '') upgradeFromAnswer(headers, this.upgrade);
    if (endStream) this.onDeliver();
    this.decoder.decodeHeaders(headers, endStream);
  }

  protected override onDeliver(): void {
    this.#delivered = true;
    this.#checkDone();
  }

  #checkDone(): void {
    if (!this.#delivered || !this.ended || this.done) return;
    this.done = true;
    this.connection.onDone(this);
  }
}
