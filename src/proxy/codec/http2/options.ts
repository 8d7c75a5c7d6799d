/**
 * What the HTTP/2 codec can be told: the fields of Envoy's Http2ProtocolOptions, HttpProtocolOptions and
 * HttpConnectionManager that reach it, under their own names.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto
 */

import type { UnderscoresAction } from '../http1/options.ts';
import type { Http2Stats } from './codec-stats.ts';

/** Pings that show whether the peer is still there; ms. */
export interface KeepaliveOptions {
  /** Between two pings; 0: none but what `idleInterval` asks for. */
  readonly interval: number;
  /** How long the answer may take. */
  readonly timeout: number;
  /** Per cent of the interval that chance may add. */
  readonly jitterPercent: number;
  /** After so long without a byte of the peer a request is preceded by a ping; 0: never. */
  readonly idleInterval: number;
}

export interface Http2Options {
  /** `hpack_table_size`, bytes: of the decoder's table, and at most that of the encoder's. */
  readonly hpackTableSize: number;
  readonly maxConcurrentStreams: number;
  /** Bytes; also what one stream may have waiting for its peer before the upstream is no longer read. */
  readonly initialStreamWindowSize: number;
  readonly initialConnectionWindowSize: number;
  readonly maxOutboundFrames: number;
  readonly maxOutboundControlFrames: number;
  readonly maxConsecutiveInboundFramesWithEmptyPayload: number;
  readonly maxInboundPriorityFramesPerStream: number;
  readonly maxInboundWindowUpdateFramesPerDataFrameSent: number;
  /** `override_stream_error_on_invalid_http_message`: such a message costs its stream only. */
  readonly streamErrorOnInvalidMessage: boolean;
  /** Most fields of one head or of trailers. */
  readonly maxHeadersCount: number;
  /** Most bytes of names and values of one head. */
  readonly maxHeadersBytes: number;
  readonly headersWithUnderscoresAction: UnderscoresAction;
  /** `allow_connect`: a CONNECT may name a protocol (RFC 8441). */
  readonly allowConnect: boolean;
  /** `custom_settings_parameters`: identifier and value in turn. */
  readonly customSettings: readonly number[];
  /** `connection_keepalive`. */
  readonly keepalive: KeepaliveOptions | undefined;
  /** Counted into when given. */
  readonly stats?: Http2Stats;
}

/** What Envoy does when nothing is configured. */
export const http2Defaults: Http2Options = {
  hpackTableSize: 4096,
  maxConcurrentStreams: 1024,
  initialStreamWindowSize: 16 * 1024 * 1024,
  initialConnectionWindowSize: 24 * 1024 * 1024,
  maxOutboundFrames: 10_000,
  maxOutboundControlFrames: 1000,
  maxConsecutiveInboundFramesWithEmptyPayload: 1,
  maxInboundPriorityFramesPerStream: 100,
  maxInboundWindowUpdateFramesPerDataFrameSent: 10,
  streamErrorOnInvalidMessage: false,
  maxHeadersCount: 100,
  maxHeadersBytes: 60 * 1024,
  headersWithUnderscoresAction: 'ALLOW',
  allowConnect: false,
  customSettings: [],
  keepalive: undefined,
};
