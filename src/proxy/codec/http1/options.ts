/**
 * What the HTTP/1 codecs can be told: the fields of Envoy's Http1ProtocolOptions, HttpProtocolOptions and
 * HttpConnectionManager that reach them, under their own names.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto
 */

import type { HeaderFormat } from '../../http/header-format.ts';
import type { Http1Stats } from './codec-stats.ts';
import type { IgnoresUpgrade } from './dropped-upgrade.ts';
import type { PreserveCase } from './preserve-case.ts';

/** `headers_with_underscores_action`. */
export type UnderscoresAction = 'ALLOW' | 'REJECT_REQUEST' | 'DROP_HEADER';

/** `header_key_format`. */
export interface FormatOptions {
  /** How fields are written of a message that says nothing else itself. */
  readonly format?: HeaderFormat;
  /** Messages read here are to be written with the names they have. */
  readonly preserveCase?: PreserveCase;
}

interface Http1CommonOptions extends FormatOptions {
  /** Most fields of one head (or of trailers): `max_headers_count`. */
  readonly maxHeadersCount: number;
  /** Most bytes of one head, its first line included. */
  readonly maxHeadersBytes: number;
  /** Deliver and send trailers; when false they are checked and dropped. */
  readonly enableTrailers: boolean;
  /** Accept `transfer-encoding: chunked` beside `content-length`, which is then dropped. */
  readonly allowChunkedLength: boolean;
  readonly ignoresUpgrade?: IgnoresUpgrade;
}

export interface Http1ServerOptions extends Http1CommonOptions {
  /** `allow_absolute_url`, true unless said otherwise. */
  readonly allowAbsoluteUrl: boolean;
  /** `accept_http_10`: without it HTTP/1.0 and HTTP/0.9 are answered 426. */
  readonly acceptHttp10: boolean;
  /** `default_host_for_http_10`; empty for none. */
  readonly defaultHostForHttp10: string;
  readonly headersWithUnderscoresAction: UnderscoresAction;
  /** `allow_custom_methods`: any token is a method. */
  readonly allowCustomMethods: boolean;
  /** Most responses to requests of one read that may be written while it is looked at; Envoy's is 2. */
  readonly maxQueuedResponses?: number;
  /** Counted into when given. */
  readonly stats?: Http1Stats;
}

export interface Http1ClientOptions extends Http1CommonOptions {
  /** `send_fully_qualified_url`: targets in absolute form, as for a proxy. */
  readonly sendFullyQualifiedUrl?: boolean;
}

/** What Envoy does when nothing is configured. */
export const serverDefaults: Http1ServerOptions = {
  maxHeadersCount: 100,
  maxHeadersBytes: 60 * 1024,
  enableTrailers: false,
  allowChunkedLength: false,
  allowAbsoluteUrl: true,
  acceptHttp10: false,
  defaultHostForHttp10: '',
  headersWithUnderscoresAction: 'ALLOW',
  allowCustomMethods: false,
};

/** What Envoy does when nothing is configured. */
export const clientDefaults: Http1ClientOptions = {
  maxHeadersCount: 100,
  maxHeadersBytes: 80 * 1024,
  enableTrailers: false,
  allowChunkedLength: false,
};
