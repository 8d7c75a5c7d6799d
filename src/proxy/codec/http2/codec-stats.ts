import type { Counter, Gauge, Scope } from '../../stats/stats.ts';

const counters = [
  'dropped_headers_with_underscores',
  'goaway_sent',
  'header_list_size_too_large',
  'header_overflow',
  'headers_cb_no_stream',
  'inbound_empty_frames_flood',
  'inbound_priority_frames_flood',
  'inbound_window_update_frames_flood',
  'outbound_control_flood',
  'outbound_flood',
  'requests_rejected_with_underscores_in_headers',
  'rx_messaging_error',
  'rx_reset',
  'stream_refused_errors',
  'trailers',
  'tx_flush_timeout',
  'tx_reset',
  'keepalive_timeout',
  'nghttp2_downstream_connections',
  'nghttp2_upstream_connections',
] as const;

/** Those that only what is not implemented would move; they are there to be seen. */
const unused = [
  'cookies_total_bytes_too_large',
  'metadata_empty_frames',
  'oghttp2_downstream_connections',
  'oghttp2_upstream_connections',
] as const;

const gauges = [
  'deferred_stream_close',
  'outbound_control_frames_active',
  'outbound_frames_active',
  'pending_send_bytes',
  'streams_active',
] as const;

const histograms = ['cookie_count', 'cookie_size', 'header_count', 'header_list_size'] as const;

/** What all HTTP/2 connections of a server share: `http2.…`. */
export type Http2Stats = Readonly<
  Record<(typeof counters)[number], Counter> & Record<(typeof gauges)[number], Gauge>
>;

/** Makes them below `scope` when they are asked for first: before any HTTP/2 connection they do not show. */
export function createHttp2Stats(scope: Scope): () => Http2Stats {
  let made: Http2Stats | undefined;
  return () => {
    made ??= makeStats(scope.scope('http2'));
    return made;
  };
}

function makeStats(http2: Scope): Http2Stats {
  const stats: Record<string, Counter | Gauge> = {};
  for (const name of counters) stats[name] = http2.counter(name);
  for (const name of gauges) stats[name] = http2.gauge(name);
  for (const name of unused) http2.counter(name);
  for (const name of histograms) http2.histogram(name);
  return stats as Http2Stats;
}
