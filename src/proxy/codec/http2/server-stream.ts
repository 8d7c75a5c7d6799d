import type { ResponseHeaders } from '../../http/headers.ts';
import type { RequestDecoder, ResponseEncoder, StreamResetReason } from '../codec.ts';
import { connectFromUpgrade } from './extended-connect.ts';
import { ErrorCode } from './frame.ts';
import type { HpackEncoder } from './hpack/encoder.ts';
import { Http2Stream } from './http2-stream.ts';

/** A client's request and its response. */
export class ServerStream extends Http2Stream<ResponseHeaders> implements ResponseEncoder {
  decoder!: RequestDecoder;
  /** Its request was an extended CONNECT, which is an upgrade to the rest of the data plane. */
  upgrades = false;
  /** It ends with the last frame of its response, though its request has not: by this code. */
  resets: number | undefined;

  get #answeredEarly(): boolean {
    return this.ended && !this.remoteComplete;
  }

  encode1xxHeaders(headers: ResponseHeaders): void {
    if (!this.closed) this.head(headers, false);
  }

  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void {
    if (this.closed || this.ended) return;
    this.ended = endStream;
    if (this.upgrades) connectFromUpgrade(headers);
    this.head(headers, endStream);
  }

  resetStream(reason: StreamResetReason): void {
    if (this.closed) return;
    // A whole answer to half a request still goes out, as far as the peer takes it, and is no error (RFC 9113 §8.1).
    const early = this.#answeredEarly;
    const ours = early ? ErrorCode.noError : ErrorCode.internalError;
    const code = reason === 'connect-error' ? ErrorCode.connectError : ours;
    if (early && !this.localComplete) this.resets = code;
    else this.connection.resetStream(this, code);
  }

  pseudoFields(encoder: HpackEncoder, { status }: ResponseHeaders): void {
    // Three digits, also of what an upstream made up.
    encoder.field(':status', status < 100 ? String(status).padStart(3, '0') : String(status));
  }
}
