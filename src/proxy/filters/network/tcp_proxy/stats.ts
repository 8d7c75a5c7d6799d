import type { Counter, Gauge, Scope } from '../../../stats/stats.ts';

const counters = [
  'downstream_cx_drain_close',
  'downstream_cx_no_route',
  'downstream_cx_overload_close',
  'downstream_cx_rx_bytes_total',
  'downstream_cx_total',
  'downstream_cx_tx_bytes_total',
  'downstream_flow_control_paused_reading_total',
  'downstream_flow_control_resumed_reading_total',
  'early_data_received_count_total',
  'idle_timeout',
  'max_downstream_connection_duration',
  'route_delayed_total',
  'upstream_flush_total',
] as const;

const gauges = [
  'downstream_cx_rx_bytes_buffered',
  'downstream_cx_tx_bytes_buffered',
  'upstream_flush_active',
] as const;

/** `tcp.<stat_prefix>.…` (https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/network_filters/tcp_proxy_filter#statistics). */
export type TcpProxyStats = Readonly<
  Record<(typeof counters)[number], Counter> & Record<(typeof gauges)[number], Gauge>
>;

/** Makes all of them, so that they show as 0 from the start. */
export function createStats(scope: Scope): TcpProxyStats {
  const stats: Record<string, Counter | Gauge> = {};
  for (const name of counters) stats[name] = scope.counter(name);
  for (const name of gauges) stats[name] = scope.gauge(name);
  return stats as unknown as TcpProxyStats;
}
