import type { Cluster } from '../../../cluster/cluster.ts';
import type { Counter, Gauge, Scope } from '../../../stats/stats.ts';

/** `udp.<stat_prefix>.…` (docs: configuration/listeners/udp_filters/udp_proxy). */
export interface UdpProxyStats {
  readonly active: Gauge;
  readonly total: Counter;
  readonly noRoute: Counter;
  readonly rxBytes: Counter;
  readonly rxDatagrams: Counter;
  readonly rxErrors: Counter;
  readonly txBytes: Counter;
  readonly txDatagrams: Counter;
  readonly txErrors: Counter;
  readonly idleTimeout: Counter;
}

export function createUdpProxyStats(root: Scope, prefix: string): UdpProxyStats {
  const scope = root.scope(`udp.${prefix}`);
  scope.counter('session_filter_config_missing');
  return {
    active: scope.gauge('downstream_sess_active'),
    total: scope.counter('downstream_sess_total'),
    noRoute: scope.counter('downstream_sess_no_route'),
    rxBytes: scope.counter('downstream_sess_rx_bytes'),
    rxDatagrams: scope.counter('downstream_sess_rx_datagrams'),
    rxErrors: scope.counter('downstream_sess_rx_errors'),
    txBytes: scope.counter('downstream_sess_tx_bytes'),
    txDatagrams: scope.counter('downstream_sess_tx_datagrams'),
    txErrors: scope.counter('downstream_sess_tx_errors'),
    idleTimeout: scope.counter('idle_timeout'),
  };
}

/** `cluster.<name>.udp.sess_…`, and what of the cluster's own a session counts. */
export interface UdpClusterStats {
  readonly rxDatagrams: Counter;
  readonly rxDropped: Counter;
  readonly rxErrors: Counter;
  readonly txDatagrams: Counter;
  readonly txErrors: Counter;
  readonly rxBytes: Counter;
  readonly txBytes: Counter;
  readonly overflow: Counter;
}

export function createUdpClusterStats({ stats }: Cluster): UdpClusterStats {
  for (const name of ['buffer_overflow', 'failure', 'success']) stats.counter(`udp.sess_tunnel_${name}`);
  return {
    rxDatagrams: stats.counter('udp.sess_rx_datagrams'),
    rxDropped: stats.counter('udp.sess_rx_datagrams_dropped'),
    rxErrors: stats.counter('udp.sess_rx_errors'),
    txDatagrams: stats.counter('udp.sess_tx_datagrams'),
    txErrors: stats.counter('udp.sess_tx_errors'),
    rxBytes: stats.counter('upstream_cx_rx_bytes_total'),
    txBytes: stats.counter('upstream_cx_tx_bytes_total'),
    overflow: stats.counter('upstream_cx_overflow'),
  };
}
