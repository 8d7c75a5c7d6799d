import type { Path } from '../../document/document.ts';
import { didYouMean } from '../../document/suggest.ts';
import type { envoy } from '../api.generated.ts';
import { ipVersion } from '../ip-version.ts';
import { extensionsOf } from '../schema/extension.ts';
import type { Check, Report } from './check.ts';

type Cluster = envoy.config.cluster.v3.Cluster;

/** Clusters that share a name, or whose endpoints their type cannot take. */
export const checkClusters: Check = ({ static_resources, cluster_manager }, report, isWhole) => {
  const names = new Set<string>();
  for (const [i, cluster] of (static_resources?.clusters ?? []).entries()) {
    const path = ['static_resources', 'clusters', i];
    if (cluster.name !== undefined && names.has(cluster.name)) {
      report('error', [...path, 'name'], `cluster manager: duplicate cluster '${cluster.name}'`);
    }
    names.add(cluster.name);
    if (isWhole(cluster)) checkEndpoints(cluster, path, report);
  }
  const local = cluster_manager?.local_cluster_name;
  const allNamed = (static_resources?.clusters ?? []).every(isWhole);
  if (local && allNamed && !names.has(local)) {
    const path = ['cluster_manager', 'local_cluster_name'];
    report('error', path, `local cluster '${local}' must be defined`);
  }
};

function checkEndpoints(cluster: Cluster, path: Path, report: Report): void {
  const { type = 'STATIC', cluster_type, load_assignment, eds_cluster_config } = cluster;
  if (cluster_type !== undefined) {
    const known = extensionsOf('envoy.clusters').map(({ name }) => name);
    if (cluster_type.typed_config === undefined && !known.includes(cluster_type.name)) {
      const message = `Didn't find a registered cluster factory implementation for name: '${cluster_type.name}'`;
      report('error', [...path, 'cluster_type', 'name'], message, didYouMean(cluster_type.name, known));
    }
    return;
  }
  const { minimum_ring_size: least = 1024, maximum_ring_size: most = 8_388_608 } =
    cluster.ring_hash_lb_config ?? {};
  if (cluster.lb_policy === 'RING_HASH' && least > most) {
    const message = `ring hash: minimum_ring_size (${least}) > maximum_ring_size (${most})`;
    report('error', [...path, 'ring_hash_lb_config'], message);
  }
  if (type === 'EDS' && eds_cluster_config?.eds_config === undefined) {
    report('error', path, 'cannot create an EDS cluster without an EDS config');
  }
  if (type !== 'STATIC') return;
  for (const [i, locality] of (load_assignment?.endpoints ?? []).entries()) {
    for (const [j, { endpoint }] of (locality.lb_endpoints ?? []).entries()) {
      const socket = endpoint?.address?.socket_address;
      if (socket === undefined || ipVersion(socket.address) !== 0 || socket.resolver_name) continue;
      const at = ['load_assignment', 'endpoints', i, 'lb_endpoints', j, 'endpoint', 'address'];
      report(
        'error',
        [...path, ...at, 'socket_address', 'address'],
        `malformed IP address: ${socket.address}`,
        'a name needs the cluster type STRICT_DNS or LOGICAL_DNS',
      );
    }
  }
}
