import type { envoy } from '../../../bootstrap/api.generated.ts';
import type { Clock } from '../../clock.ts';
import type { UpstreamClusterStats } from '../cluster-stats.ts';
import type { DnsResolver } from '../dns/resolver.ts';
import type { Endpoint } from '../host/endpoint.ts';
import { logicalDns, strictDns } from './dns.ts';
import { staticHosts } from './static.ts';

export type ClusterConfig = envoy.config.cluster.v3.Cluster;

export interface DiscoveryContext {
  readonly config: ClusterConfig;
  readonly stats: UpstreamClusterStats;
  readonly clock: Clock;
  readonly random: () => number;
  /** Makes the resolver the config asks for. */
  readonly resolver: () => DnsResolver;
  /** The cluster's endpoints are now these. */
  onHosts(hosts: readonly Endpoint[]): void;
  /** The cluster may take traffic; every call but the first is ignored. */
  onReady(): void;
}

/** Where a cluster's endpoints come from. */
export interface Discovery extends Disposable {
  start(): void;
}

export interface DiscoveryKind {
  /** `type` of a cluster. */
  readonly type: string;
  /** Why the config cannot be, in Envoy's words; undefined: it can. */
  readonly refuse?: (config: ClusterConfig) => string | undefined;
  create(context: DiscoveryContext): Discovery;
}

/** The kinds of cluster, by `type`. */
export const discoveries: readonly DiscoveryKind[] = [staticHosts, strictDns, logicalDns];
