import type { ResponseEncoder } from '../../../codec/codec.ts';
import { type HeaderMap, type RequestHeaders, ResponseHeaders } from '../../../http/headers.ts';
import type { StreamInfo } from '../../../http/stream-info.ts';
import { finishResponse, sanitizeResponse } from './response-headers.ts';
import type { SharedState } from './shared-state.ts';
import { chargeResponse } from './stats.ts';

/** Whose response it is. */
interface Answered {
  readonly streamInfo: StreamInfo;
  readonly requestHeaders: RequestHeaders | undefined;
}

/** The last stretch of a response: past the filters, to the codec. Counts it, notes its times and sizes. */
export class StreamResponse {
  readonly #stream: Answered;
  readonly #encoder: ResponseEncoder;
  readonly #shared: SharedState;

  constructor(stream: Answered, encoder: ResponseEncoder, shared: SharedState) {
    this.#stream = stream;
    this.#encoder = encoder;
    this.#shared = shared;
  }

  headers1xx(headers: ResponseHeaders): void {
    sanitizeResponse(headers, this.#stream.requestHeaders, true);
    this.#charge(headers.status);
    this.#encoder.encode1xxHeaders(headers);
  }

  /** Answers `Expect: 100-continue` in the upstream's place. */
  send100Continue(): void {
    const headers = new ResponseHeaders();
    headers.status = 100;
    this.#charge(100);
    this.#encoder.encode1xxHeaders(headers);
  }

  /** Adds what every response carries and drops what belongs to the upstream's hop. */
  finish(headers: ResponseHeaders): void {
    const { config, date } = this.#shared;
    finishResponse(headers, this.#stream.requestHeaders, config, date);
  }

  headers(headers: ResponseHeaders, endStream: boolean): void {
    this.#charge(headers.status);
    this.#stream.streamInfo.firstDownstreamTx = this.#shared.server.clock.now();
    this.#encoder.encodeHeaders(headers, endStream);
    if (endStream) this.#encoded();
  }

  data(data: Buffer, endStream: boolean): void {
    this.#stream.streamInfo.bytesSent += data.length;
    this.#encoder.encodeData(data, endStream);
    if (endStream) this.#encoded();
  }

  trailers(trailers: HeaderMap): void {
    this.#encoder.encodeTrailers(trailers);
    this.#encoded();
  }

  #charge(status: number): void {
    this.#stream.streamInfo.responseCode = status;
    chargeResponse(this.#shared.stats, status);
  }

  #encoded(): void {
    const info = this.#stream.streamInfo;
    info.lastDownstreamTx = this.#shared.server.clock.now();
    this.#shared.stats.downstream_rq_time.record(Math.floor(info.lastDownstreamTx - info.start));
  }
}
