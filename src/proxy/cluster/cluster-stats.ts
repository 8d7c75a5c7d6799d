import type { Counter, Gauge, Histogram, Scope } from '../stats/stats.ts';
import type { ClusterStats } from './cluster.ts';

/**
 * Every stat Envoy 1.40 makes for a cluster as soon as the cluster exists
 * (docs: configuration/upstream/cluster_manager/cluster_stats).
 */
export const clusterCounters = [
  'assignment_stale',
  'assignment_timeout_received',
  'assignment_use_cached',
  'bind_errors',
  'default.total_match_count',
  'lb_healthy_panic',
  'lb_local_cluster_not_ok',
  'lb_recalculate_zone_structures',
  'lb_subsets_created',
  'lb_subsets_fallback',
  'lb_subsets_fallback_panic',
  'lb_subsets_removed',
  'lb_subsets_selected',
  'lb_zone_cluster_too_small',
  'lb_zone_no_capacity_left',
  'lb_zone_routing_all_directly',
  'lb_zone_routing_cross_zone',
  'lb_zone_routing_sampled',
  'membership_change',
  'original_dst_host_invalid',
  'retry_or_shadow_abandoned',
  'update_attempt',
  'update_empty',
  'update_failure',
  'update_no_rebuild',
  'update_success',
  'upstream_cx_close_notify',
  'upstream_cx_connect_attempts_exceeded',
  'upstream_cx_connect_fail',
  'upstream_cx_connect_timeout',
  'upstream_cx_connect_with_0_rtt',
  'upstream_cx_destroy',
  'upstream_cx_destroy_local',
  'upstream_cx_destroy_local_with_active_rq',
  'upstream_cx_destroy_remote',
  'upstream_cx_destroy_remote_with_active_rq',
  'upstream_cx_destroy_with_active_rq',
  'upstream_cx_http1_total',
  'upstream_cx_http2_total',
  'upstream_cx_http3_total',
  'upstream_cx_idle_timeout',
  'upstream_cx_max_duration_reached',
  'upstream_cx_max_requests',
  'upstream_cx_none_healthy',
  'upstream_cx_overflow',
  'upstream_cx_pool_overflow',
  'upstream_cx_preconnect_skipped',
  'upstream_cx_protocol_error',
  'upstream_cx_rx_bytes_total',
  'upstream_cx_total',
  'upstream_cx_tx_bytes_total',
  'upstream_flow_control_backed_up_total',
  'upstream_flow_control_drained_total',
  'upstream_flow_control_paused_reading_total',
  'upstream_flow_control_resumed_reading_total',
  'upstream_http3_broken',
  'upstream_internal_redirect_failed_total',
  'upstream_internal_redirect_succeeded_total',
  'upstream_rq_0rtt',
  'upstream_rq_active_overflow',
  'upstream_rq_cancelled',
  'upstream_rq_completed',
  'upstream_rq_maintenance_mode',
  'upstream_rq_max_duration_reached',
  'upstream_rq_pending_failure_eject',
  'upstream_rq_pending_overflow',
  'upstream_rq_pending_total',
  'upstream_rq_per_try_idle_timeout',
  'upstream_rq_per_try_timeout',
  'upstream_rq_retry',
  'upstream_rq_retry_backoff_exponential',
  'upstream_rq_retry_backoff_ratelimited',
  'upstream_rq_retry_limit_exceeded',
  'upstream_rq_retry_overflow',
  'upstream_rq_retry_success',
  'upstream_rq_rx_reset',
  'upstream_rq_rx_reset_no_error',
  'upstream_rq_timeout',
  'upstream_rq_total',
  'upstream_rq_tx_reset',
] as const;

export const clusterGauges = [
  'circuit_breakers.default.cx_open',
  'circuit_breakers.default.cx_pool_open',
  'circuit_breakers.default.rq_open',
  'circuit_breakers.default.rq_pending_open',
  'circuit_breakers.default.rq_retry_open',
  'circuit_breakers.high.cx_open',
  'circuit_breakers.high.cx_pool_open',
  'circuit_breakers.high.rq_open',
  'circuit_breakers.high.rq_pending_open',
  'circuit_breakers.high.rq_retry_open',
  'lb_subsets_active',
  'max_host_weight',
  'membership_degraded',
  'membership_excluded',
  'membership_healthy',
  'membership_total',
  'upstream_cx_active',
  'upstream_cx_rx_bytes_buffered',
  'upstream_cx_tx_bytes_buffered',
  'upstream_queue_overloaded',
  'upstream_rq_active',
  'upstream_rq_pending_active',
  'version',
  'warming_state',
] as const;

export const clusterHistograms = [
  'upstream_cx_connect_ms',
  'upstream_cx_length_ms',
  'upstream_rq_per_cx',
] as const;

/** What Envoy makes when the cluster's first HTTP/1 connection is made. */
const http1Counters = [
  'http1.dropped_headers_with_underscores',
  'http1.metadata_not_supported_error',
  'http1.requests_rejected_with_underscores_in_headers',
  'http1.response_flood',
] as const;

export type ClusterCounter = (typeof clusterCounters)[number];
export type ClusterGauge = (typeof clusterGauges)[number];
export type ClusterHistogram = (typeof clusterHistograms)[number];

/** The stats of one cluster. What the request path counts per request or connection is held in fields. */
export class UpstreamClusterStats implements ClusterStats {
  readonly counter: (name: string) => Counter;
  readonly gauge: (name: string) => Gauge;
  readonly histogram: (name: string) => Histogram;
  readonly rqTotal: Counter;
  readonly rqActive: Gauge;
  readonly rqPendingTotal: Counter;
  readonly rqPendingActive: Gauge;
  readonly rxBytes: Counter;
  readonly rxBuffered: Gauge;
  readonly txBytes: Counter;
  readonly txBuffered: Gauge;
  readonly noneHealthy: Counter;
  #http1 = false;

  /** `scope` is the cluster's: `cluster.<name>.`. */
  constructor(scope: Scope) {
    for (const name of clusterCounters) scope.counter(name);
    for (const name of clusterGauges) scope.gauge(name);
    for (const name of clusterHistograms) scope.histogram(name);
    this.counter = (name) => scope.counter(name);
    this.gauge = (name) => scope.gauge(name);
    this.histogram = (name) => scope.histogram(name);
    this.rqTotal = this.count('upstream_rq_total');
    this.rqActive = this.level('upstream_rq_active');
    this.rqPendingTotal = this.count('upstream_rq_pending_total');
    this.rqPendingActive = this.level('upstream_rq_pending_active');
    this.rxBytes = this.count('upstream_cx_rx_bytes_total');
    this.rxBuffered = this.level('upstream_cx_rx_bytes_buffered');
    this.txBytes = this.count('upstream_cx_tx_bytes_total');
    this.txBuffered = this.level('upstream_cx_tx_bytes_buffered');
    this.noneHealthy = this.count('upstream_cx_none_healthy');
  }

  /** A connection is about to speak HTTP/1. */
  onHttp1Connection(): void {
    this.count('upstream_cx_http1_total').inc();
    if (this.#http1) return;
    this.#http1 = true;
    for (const name of http1Counters) this.counter(name);
  }

  /** One of the counters every cluster has. */
  count(name: ClusterCounter): Counter {
    return this.counter(name);
  }

  /** One of the gauges every cluster has. */
  level(name: ClusterGauge): Gauge {
    return this.gauge(name);
  }

  /** One of the histograms every cluster has. */
  samples(name: ClusterHistogram): Histogram {
    return this.histogram(name);
  }
}
