import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { LabError } from '../../../../error.ts';

type TcpProxyMessage = envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;

/** What a TcpProxy says, with Envoy's defaults filled in; times in ms, 0 where there is none. */
export interface TcpProxyConfig {
  readonly statPrefix: string;
  /** The cluster of a connection, or of a further attempt. */
  readonly pickCluster: () => string;
  readonly idleTimeout: number;
  readonly maxConnectAttempts: number;
  /** How long to wait for the next attempt. One state for all connections, as in Envoy: it only grows. */
  readonly nextBackoff: () => number;
  /** How long a connection may last; jitter makes each its own. */
  readonly maxDuration: () => number;
  /** Whether the client's address is the balancer's hash. */
  readonly hashesSource: boolean;
  readonly logInterval: number;
  readonly logsStart: boolean;
  readonly logsConnected: boolean;
  /** The upstream is connected to when the client's first bytes come. */
  readonly connectsOnData: boolean;
  /** Bytes that are read before the upstream is connected; undefined: none are looked at. */
  readonly maxEarlyData: number | undefined;
}

const hour = 3_600_000;

/**
 * Reads the message; `random` gives unsigned 32-bit integers.
 *
 * @throws LabError `invalid`, in Envoy's words, for what it refuses beyond its field rules
 */
export function readConfig(message: TcpProxyMessage, random: () => number): TcpProxyConfig {
  const { access_log_options: options } = message;
  if (options !== undefined) {
    for (const field of ['flush_access_log_on_connected', 'access_log_flush_interval'] as const) {
      if (message[field])
        throw new LabError('invalid', `Only one of ${field} or access_log_options can be specified.`);
    }
  }
  const mode = message.upstream_connect_mode ?? 'IMMEDIATE';
  if (mode !== 'IMMEDIATE' && message.max_early_data_bytes === undefined) {
    throw new LabError(
      'invalid',
      'max_early_data_bytes must be set when upstream_connect_mode is not IMMEDIATE',
    );
  }
  return {
    statPrefix: message.stat_prefix,
    pickCluster: clusterChoice(message, random),
    idleTimeout: message.idle_timeout ?? hour,
    maxConnectAttempts: message.max_connect_attempts ?? 1,
    nextBackoff: backoff(message.backoff_options, random),
    maxDuration: duration(message, random),
    hashesSource: message.hash_policy?.[0]?.source_ip !== undefined,
    logInterval: (options ?? message).access_log_flush_interval ?? 0,
    logsStart: options?.flush_access_log_on_start ?? false,
    logsConnected: (options ?? message).flush_access_log_on_connected ?? false,
    connectsOnData: mode === 'ON_DOWNSTREAM_DATA',
    maxEarlyData: message.max_early_data_bytes,
  };
}

function clusterChoice(
  { cluster = '', weighted_clusters: weighted }: TcpProxyMessage,
  random: () => number,
): () => string {
  if (weighted === undefined) return () => cluster;
  const { clusters } = weighted;
  const total = clusters.reduce((sum, { weight = 0 }) => sum + weight, 0);
  return () => {
    let draw = random() % total;
    for (const { name, weight = 0 } of clusters) {
      if (draw < weight) return name;
      draw -= weight;
    }
    return clusters.at(-1)!.name;
  };
}

/** Envoy's JitteredExponentialBackOffStrategy (source/common/common/backoff_strategy.cc). */
function backoff(
  options: envoy.config.core.v3.BackoffStrategy | undefined,
  random: () => number,
): () => number {
  if (options === undefined) return () => 0;
  const { base_interval: base } = options;
  const most = options.max_interval ?? base * 10;
  if (most < base) {
    throw new LabError('invalid', 'max_backoff_interval must be greater or equal to base_backoff_interval');
  }
  let next = base;
  return () => {
    const interval = next;
    next = Math.min(interval * 2, most);
    return random() % interval;
  };
}

function duration(message: TcpProxyMessage, random: () => number): () => number {
  const base = message.max_downstream_connection_duration ?? 0;
  const percentage = message.max_downstream_connection_duration_jitter_percentage?.value ?? 0;
  const jitter = Math.ceil(base * (percentage / 100));
  return jitter === 0 ? () => base : () => base + (random() % jitter);
}
