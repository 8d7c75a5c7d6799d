import type { Route } from '../route/route.ts';
import { DecodeChain } from './decode-chain.ts';
import { EncodeChain } from './encode-chain.ts';
import type { LocalReply, StreamFilter } from './filter.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from './headers.ts';
import { buildLocalReply, type LocalReplyRewriter } from './local-reply.ts';
import type { StreamInfo } from './stream-info.ts';

/** The stream whose filters are run: what they ask of it, and where the ends of both chains lead. */
export interface FilterManagerCallbacks {
  readonly streamInfo: StreamInfo;
  readonly requestHeaders: RequestHeaders | undefined;
  responseHeaders: ResponseHeaders | undefined;
  /** Most bytes a filter may hold back. */
  readonly bufferLimit: number;
  readonly localReplyRewriter: LocalReplyRewriter | undefined;
  /** Whether the upstream's 1xx responses go down; else `Expect` was answered here already. */
  readonly proxy1xx: boolean;
  route(): Route | null;
  clearRouteCache(): void;
  /** The end of the encode chain: towards the codec. */
  encode1xxHeaders(headers: ResponseHeaders): void;
  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void;
  encodeData(data: Buffer, endStream: boolean): void;
  encodeTrailers(trailers: HeaderMap): void;
  /** The response is complete. */
  endStream(): void;
  /** The response cannot be completed. */
  resetStream(details: string): void;
  onDecoderFilterAboveWriteBufferHighWatermark(): void;
  onDecoderFilterBelowWriteBufferLowWatermark(): void;
  setDownstreamWatermarks(callbacks: { onAbove(): void; onBelow(): void } | undefined): void;
  /** Something moved: the stream's idle timeout starts anew. */
  resetIdleTimer(): void;
  /** The request is complete, or its response has begun. */
  disarmRequestTimeout(): void;
  /** An answer is made here instead of by the upstream. */
  onLocalReply(status: number): void;
  /** A filter held back more than the buffer limit. */
  onDataTooLarge(what: 'request' | 'response'): void;
}

/**
 * Runs one stream's HTTP filters as Envoy's FilterManager does (source/common/http/filter_manager.cc): the decode
 * side in order, the encode side in reverse, either of which a filter may stop and continue, and local replies.
 */
export class FilterManager {
  readonly callbacks: FilterManagerCallbacks;
  readonly decode: DecodeChain;
  readonly encode: EncodeChain;
  readonly #filters: readonly StreamFilter[];
  #destroyed = false;
  /** Made while a filter's decode call was under way; sent when it returns. */
  #prepared: { headers: ResponseHeaders; body: string } | undefined;

  constructor(callbacks: FilterManagerCallbacks, filters: readonly StreamFilter[]) {
    this.callbacks = callbacks;
    this.#filters = filters;
    this.decode = new DecodeChain(this, filters);
    this.encode = new EncodeChain(this, filters);
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** Answers the request from here; as far as nothing of another answer is on its way, through all encode filters. */
  sendLocalReply(reply: LocalReply): void {
    if (this.#destroyed || this.#prepared !== undefined) return;
    const { callbacks, decode, encode } = this;
    const { streamInfo } = callbacks;
    if (decode.running > 0) decode.aborted = true;
    else if (encode.running > 0) encode.aborted = true;
    if (reply.flag !== undefined) streamInfo.flags.add(reply.flag);
    streamInfo.responseCodeDetails = reply.details;
    callbacks.onLocalReply(reply.status);
    if (callbacks.responseHeaders === undefined) {
      const built = buildLocalReply(reply, callbacks);
      if (decode.running > 0) this.#prepared = built;
      else this.#sendThroughFilters(built);
    } else if (!encode.headersSent) {
      const { headers, body } = buildLocalReply(reply, callbacks);
      callbacks.responseHeaders = headers;
      encode.sendPastFilters(headers, body);
    } else {
      callbacks.resetStream(reply.details);
    }
  }

  /** A decode call in which a local reply was made has returned. */
  sendPreparedReply(): void {
    const prepared = this.#prepared;
    if (prepared === undefined) return;
    this.#prepared = undefined;
    this.#sendThroughFilters(prepared);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    for (const filter of this.#filters) filter.onDestroy?.();
  }

  #sendThroughFilters({ headers, body }: { headers: ResponseHeaders; body: string }): void {
    this.callbacks.responseHeaders = headers;
    if (body === '') {
      this.encode.headers(headers, true);
      return;
    }
    this.encode.headers(headers, false);
    if (!this.#destroyed) this.encode.data(Buffer.from(body, 'latin1'), true);
  }
}
