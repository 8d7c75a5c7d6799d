import type { SharedNetwork } from '../engine.ts';
import { down, field, items } from './fields.ts';

/**
 * Whether all endpoints of a cluster are nodes of the lab, by name or by a loopback address. Only such may be reached from a
 * node's address: it is one of 127.0.0.0/8, from which nothing leaves this machine.
 */
export function reachesOnly(cluster: unknown, network: SharedNetwork): boolean {
  const localities = items(down(cluster, 'load_assignment', 'endpoints'));
  const endpoints = localities.flatMap((locality) => items(field(locality, 'lb_endpoints')));
  const addresses = endpoints.map((endpoint) =>
    down(endpoint, 'endpoint', 'address', 'socket_address', 'address'),
  );
  return addresses.length > 0 && addresses.every((address) => isInLab(address, network));
}

function isInLab(address: unknown, { address: own, names }: SharedNetwork): boolean {
  if (typeof address !== 'string') return false;
  if (address === own || address.startsWith('127.')) return true;
  const name = address.toLowerCase();
  return [name, name.replace(/-\d+$/, '')].some((known) => names.some((one) => one.toLowerCase() === known));
}
