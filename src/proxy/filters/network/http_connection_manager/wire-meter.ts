import type { StreamBytes } from '../../../codec/codec.ts';
import { writtenHead } from '../../../codec/http1/written-head.ts';
import type { RequestHeaders } from '../../../http/headers.ts';
import type { StreamInfo } from '../../../http/stream-info.ts';

/**
 * The bytes one HTTP/1 connection moves for the stream that is on it, as Envoy's BytesMeter counts them. Of pipelined
 * requests that came at once the first gets the bytes of all.
 */
export class WireMeter {
  #received = 0;
  #sent = 0;
  /** What was written first: begins with the response's head. */
  #head: Buffer | undefined;

  onRead(bytes: number): void {
    this.#received += bytes;
  }

  onWrite(data: Buffer): void {
    this.#head ??= writtenHead(data);
    this.#sent += data.length;
  }

  /** Envoy counts names, values and three bytes for each field. */
  onRequestHeaders(headers: RequestHeaders, info: StreamInfo): void {
    const { authority } = headers;
    const host = authority === undefined ? 0 : 'host'.length + authority.length + 3;
    info.requestHeaderBytes = headers.byteSize + 3 * headers.size + host;
  }

  /** The stream is over: notes what was counted, and begins anew. */
  take(info: StreamInfo): void {
    const head = this.#head ?? '';
    info.wireBytesReceived = this.#received;
    info.wireBytesSent = this.#sent;
    info.responseHeaderBytes = Math.max(0, head.indexOf('\r\n\r\n') - head.indexOf('\r\n'));
    this.#received = 0;
    this.#sent = 0;
    this.#head = undefined;
  }
}

/** Notes what an HTTP/2 codec has counted of a stream. */
export function noteWireBytes(info: StreamInfo, wire: StreamBytes): void {
  info.requestHeaderBytes = wire.headersReceived;
  info.responseHeaderBytes = wire.headersSent;
  info.wireBytesReceived = wire.bytesReceived;
  info.wireBytesSent = wire.bytesSent;
}
