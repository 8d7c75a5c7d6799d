import { networkInterfaces } from 'node:os';
import type { envoy } from '../../bootstrap/api.generated.ts';
import type { LocalInfo } from './context.ts';

/** Who this proxy is: the flags win over the bootstrap's node. */
export function localInfo(
  node: envoy.config.core.v3.Node | undefined,
  flags: {
    serviceNode: string;
    serviceCluster: string;
    serviceZone: string;
    localAddressIpVersion: 'v4' | 'v6';
  },
): LocalInfo {
  let address: string | undefined;
  return {
    nodeId: flags.serviceNode || node?.id || '',
    cluster: flags.serviceCluster || node?.cluster || '',
    zone: flags.serviceZone || node?.locality?.zone || '',
    get address() {
      address ??= firstAddress(flags.localAddressIpVersion);
      return address;
    },
  };
}

/** The first address of this machine that is not loopback, as Envoy takes it. */
function firstAddress(version: 'v4' | 'v6'): string {
  const family = version === 'v4' ? 'IPv4' : 'IPv6';
  for (const addresses of Object.values(networkInterfaces())) {
    for (const one of addresses ?? []) if (one.family === family && !one.internal) return one.address;
  }
  return version === 'v4' ? '127.0.0.1' : '::1';
}
