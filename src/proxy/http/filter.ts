import type { SupportTable } from '../../bootstrap/support.ts';
import type { Route } from '../route/route.ts';
import type { FactoryContext } from '../server/context.ts';
import type { HeaderMap, RequestHeaders, ResponseHeaders } from './headers.ts';
import type { ResponseFlag, StreamInfo } from './stream-info.ts';

/**
 * HTTP filters, as Envoy has them (envoy/http/filter.h): an object per stream whose decode side sees the request
 * on its way up and whose encode side sees the response on its way down, in reverse order. A callback returns
 * Continue at once, or Stop and later calls `continueDecoding` / `continueEncoding`.
 */
export const FilterStatus = {
  Continue: 0,
  /**
   * Of headers and trailers: they stop here, while data still comes to this filter. Of data: it is kept here, and
   * more than the buffer limit of it is answered 413 (or 500 on the way down).
   */
  StopIteration: 1,
  /** As StopIteration of data, but above the limit the peer is no longer read from. */
  StopIterationAndWatermark: 2,
  /** Of data: it stops here and the filter has taken it. */
  StopIterationNoBuffer: 3,
  /** Of headers: nothing further comes to this filter or the next ones; data is kept until it continues. */
  StopAllIterationAndBuffer: 4,
  /** As StopAllIterationAndBuffer, but above the limit the peer is no longer read from. */
  StopAllIterationAndWatermark: 5,
} as const;
export type FilterStatus = (typeof FilterStatus)[keyof typeof FilterStatus];

/** An answer the proxy makes itself. It passes the encode side of every filter, as upstream's answers do. */
export interface LocalReply {
  readonly status: number;
  /** A byte string: each character is one byte. */
  readonly body: string;
  /** `%RESPONSE_CODE_DETAILS%`. */
  readonly details: string;
  readonly flag?: ResponseFlag;
  /** What a gRPC client is told, where it is not what the HTTP status stands for. */
  readonly grpcStatus?: number;
  readonly modifyHeaders?: (headers: ResponseHeaders) => void;
}

export interface StreamFilterCallbacks {
  readonly streamInfo: StreamInfo;
  /** The request's headers as they are now; undefined before a request line was understood. */
  readonly requestHeaders: RequestHeaders | undefined;
  readonly responseHeaders: ResponseHeaders | undefined;
  /** The route of the request, looked up at first use; null when none matches. */
  route(): Route | null;
  clearRouteCache(): void;
}

export interface StreamDecoderFilterCallbacks extends StreamFilterCallbacks {
  /** Most bytes of the request that may be held back for this stream; 0: no limit. */
  readonly bufferLimit: number;
  continueDecoding(): void;
  sendLocalReply(reply: LocalReply): void;
  /** Used by the terminal filter (the router) to send the response down the encode chain. */
  encode1xxHeaders(headers: ResponseHeaders): void;
  encodeHeaders(headers: ResponseHeaders, endStream: boolean): void;
  encodeData(data: Buffer, endStream: boolean): void;
  encodeTrailers(trailers: HeaderMap): void;
  /** The upstream stream broke after its headers went down: reset the downstream too. */
  resetStream(details: string): void;
  /** Back-pressure: the terminal filter asks the downstream codec to stop (or go on) reading. Calls nest. */
  onDecoderFilterAboveWriteBufferHighWatermark(): void;
  onDecoderFilterBelowWriteBufferLowWatermark(): void;
  /** The downstream is slow: told through these until the stream ends. */
  setDownstreamWatermarks(callbacks: { onAbove(): void; onBelow(): void } | undefined): void;
}

export interface StreamEncoderFilterCallbacks extends StreamFilterCallbacks {
  continueEncoding(): void;
}

/** Any of these may be absent; an absent one continues. */
export interface StreamFilter {
  setDecoderFilterCallbacks?(callbacks: StreamDecoderFilterCallbacks): void;
  setEncoderFilterCallbacks?(callbacks: StreamEncoderFilterCallbacks): void;
  decodeHeaders?(headers: RequestHeaders, endStream: boolean): FilterStatus;
  decodeData?(data: Buffer, endStream: boolean): FilterStatus;
  decodeTrailers?(trailers: HeaderMap): FilterStatus;
  encode1xxHeaders?(headers: ResponseHeaders): FilterStatus;
  encodeHeaders?(headers: ResponseHeaders, endStream: boolean): FilterStatus;
  encodeData?(data: Buffer, endStream: boolean): FilterStatus;
  encodeTrailers?(trailers: HeaderMap): FilterStatus;
  /** The stream is over, however it ended; called once. */
  onDestroy?(): void;
}

/** One extension: a row of a registry. Its config is parsed once, a filter object is made per stream. */
export interface HttpFilterExtension {
  /** Envoy's name: `envoy.filters.http.router`. */
  readonly name: string;
  /** Full name of its config message. */
  readonly type: string;
  /** Of the message named by `typed_per_filter_config`, when it takes one. */
  readonly perRouteType?: string;
  readonly supported: SupportTable;
  /** True for a filter that ends the chain. */
  readonly terminal?: boolean;
  /** Parses the config (checked and normalised by `bootstrap`); returns the maker of a stream's filter. */
  configure(config: Record<string, unknown>, context: FactoryContext): () => StreamFilter;
}
