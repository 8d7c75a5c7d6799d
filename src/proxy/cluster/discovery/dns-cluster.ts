import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { LabError } from '../../../error.ts';
import { messageName, type TypedConfig } from '../../typed-config.ts';
import type { ClusterConfig } from './discovery.ts';

type DnsCluster = envoy.extensions.clusters.dns.v3.DnsCluster;

const dnsCluster = 'envoy.extensions.clusters.dns.v3.DnsCluster';

/** What of the messages of `cluster_type` is implemented. */
export const clusterTypeSupport: SupportTable = {
  'envoy.config.cluster.v3.Cluster.CustomClusterType': fields('name', 'typed_config'),
  [dnsCluster]: fields(
    'dns_refresh_rate',
    'dns_failure_refresh_rate',
    'respect_dns_ttl',
    'dns_jitter',
    'typed_dns_resolver_config',
    'dns_lookup_family',
    'all_addresses_in_single_endpoint',
  ),
  [`${dnsCluster}.RefreshRate`]: fields('base_interval', 'max_interval'),
};

/**
 * The config by which a cluster finds its endpoints: its own, or for `cluster_type: envoy.clusters.dns` the older
 * fields of the cluster that say what its message says.
 *
 * @throws LabError `invalid` for a cluster type that is not known
 */
export function discoveryConfig(config: ClusterConfig): ClusterConfig {
  const { cluster_type: custom, ...rest } = config;
  if (custom === undefined) return config;
  const typed = custom.typed_config as TypedConfig | undefined;
  if (messageName(typed) !== dnsCluster) {
    throw new LabError(
      'invalid',
      `Didn't find a registered cluster factory implementation for name: '${custom.name}'`,
      { hint: 'known: envoy.clusters.dns' },
    );
  }
  const { all_addresses_in_single_endpoint, dns_lookup_family, ...dns } = typed as TypedConfig & DnsCluster;
  const family = dns_lookup_family === 'UNSPECIFIED' ? undefined : dns_lookup_family;
  return {
    ...rest,
    ...dns,
    type: all_addresses_in_single_endpoint ? 'LOGICAL_DNS' : 'STRICT_DNS',
    ...(family && { dns_lookup_family: family }),
  };
}
