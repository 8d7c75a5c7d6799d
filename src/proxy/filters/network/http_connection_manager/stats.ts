import type { Counter, Gauge, Histogram, Scope } from '../../../stats/stats.ts';

const counters = [
  'downstream_cx_delayed_close_timeout',
  'downstream_cx_destroy',
  'downstream_cx_destroy_active_rq',
  'downstream_cx_destroy_local',
  'downstream_cx_destroy_local_active_rq',
  'downstream_cx_destroy_remote',
  'downstream_cx_destroy_remote_active_rq',
  'downstream_cx_drain_close',
  'downstream_cx_http1_total',
  'downstream_cx_http2_total',
  'downstream_cx_http3_total',
  'downstream_cx_idle_timeout',
  'downstream_cx_max_duration_reached',
  'downstream_cx_max_requests_reached',
  'downstream_cx_overload_disable_keepalive',
  'downstream_cx_protocol_error',
  'downstream_cx_rx_bytes_total',
  'downstream_cx_ssl_total',
  'downstream_cx_total',
  'downstream_cx_tx_bytes_total',
  'downstream_cx_upgrades_total',
  'downstream_flow_control_paused_reading_total',
  'downstream_flow_control_resumed_reading_total',
  'downstream_rq_1xx',
  'downstream_rq_2xx',
  'downstream_rq_3xx',
  'downstream_rq_4xx',
  'downstream_rq_5xx',
  'downstream_rq_completed',
  'downstream_rq_failed_path_normalization',
  'downstream_rq_header_timeout',
  'downstream_rq_http1_total',
  'downstream_rq_http2_total',
  'downstream_rq_http3_total',
  'downstream_rq_idle_timeout',
  'downstream_rq_max_duration_reached',
  'downstream_rq_non_relative_path',
  'downstream_rq_overload_close',
  'downstream_rq_redirected_with_normalized_path',
  'downstream_rq_rejected_via_ip_detection',
  'downstream_rq_response_before_rq_complete',
  'downstream_rq_rx_reset',
  'downstream_rq_timeout',
  'downstream_rq_too_large',
  'downstream_rq_too_many_premature_resets',
  'downstream_rq_total',
  'downstream_rq_tx_reset',
  'downstream_rq_ws_on_non_ws_route',
  'rs_too_large',
] as const;

const gauges = [
  'downstream_cx_active',
  'downstream_cx_http1_active',
  'downstream_cx_http1_soft_drain',
  'downstream_cx_http2_active',
  'downstream_cx_http3_active',
  'downstream_cx_rx_bytes_buffered',
  'downstream_cx_ssl_active',
  'downstream_cx_tx_bytes_buffered',
  'downstream_cx_upgrades_active',
  'downstream_rq_active',
] as const;

const histograms = ['downstream_cx_length_ms', 'downstream_rq_time'] as const;

const tracingCounters = [
  'client_enabled',
  'health_check',
  'not_traceable',
  'random_sampling',
  'service_forced',
] as const;

const listenerCounters = [
  'downstream_rq_1xx',
  'downstream_rq_2xx',
  'downstream_rq_3xx',
  'downstream_rq_4xx',
  'downstream_rq_5xx',
  'downstream_rq_completed',
] as const;

type CounterName = (typeof counters)[number];
type GaugeName = (typeof gauges)[number];
type HistogramName = (typeof histograms)[number];
type ListenerCounterName = (typeof listenerCounters)[number];

/** `http.<stat_prefix>.…`: everything a connection manager counts (https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/stats). */
export type ConnectionManagerStats = Readonly<
  Record<CounterName, Counter> & Record<GaugeName, Gauge> & Record<HistogramName, Histogram>
> & {
  /** `listener.<address>.http.<stat_prefix>.…`. */
  readonly listener: Readonly<Record<ListenerCounterName, Counter>>;
  /** By the response code's first digit; [0] is unused. */
  readonly responses: readonly (readonly [Counter, Counter] | undefined)[];
};

/** Makes all of them, so that they show as 0 from the start; `traced`: those of tracing too. */
export function createStats(http: Scope, listener: Scope, traced: boolean): ConnectionManagerStats {
  const stats: Record<string, Counter | Gauge | Histogram> = {};
  for (const name of counters) stats[name] = http.counter(name);
  for (const name of gauges) stats[name] = http.gauge(name);
  for (const name of histograms) stats[name] = http.histogram(name);
  if (traced) for (const name of tracingCounters) http.counter(`tracing.${name}`);
  const listenerStats: Record<string, Counter> = {};
  for (const name of listenerCounters) listenerStats[name] = listener.counter(name);
  const responses = [undefined, 1, 2, 3, 4, 5].map((digit) =>
    digit === undefined
      ? undefined
      : ([stats[`downstream_rq_${digit}xx`] as Counter, listenerStats[`downstream_rq_${digit}xx`]!] as const),
  );
  return Object.assign(stats, { listener: listenerStats, responses }) as unknown as ConnectionManagerStats;
}

/** Counts a response that goes down, 1xx ones too. */
export function chargeResponse(stats: ConnectionManagerStats, status: number): void {
  stats.downstream_rq_completed.inc();
  stats.listener.downstream_rq_completed.inc();
  const group = stats.responses[Math.floor(status / 100)];
  group?.[0].inc();
  group?.[1].inc();
}

/** Counts a connection that becomes something else than HTTP. */
export function chargeUpgrade(stats: ConnectionManagerStats): void {
  stats.downstream_cx_upgrades_total.inc();
  stats.downstream_cx_upgrades_active.inc();
}
