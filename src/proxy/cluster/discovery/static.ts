import { ipVersion } from '../../../bootstrap/ip-version.ts';
import { Endpoint } from '../host/endpoint.ts';
import { configuredEndpoints } from './assignment.ts';
import type { DiscoveryKind } from './discovery.ts';

/** STATIC: the endpoints are addresses, and they are all. */
export const staticHosts: DiscoveryKind = {
  type: 'STATIC',
  refuse(config) {
    const named = configuredEndpoints(config).find(
      ({ address: { address } }) => ipVersion(address) === 0 && !/^[/@]/.test(address),
    );
    return (
      named &&
      `malformed IP address: ${named.address.address}. Consider setting resolver_name or setting cluster type to 'STRICT_DNS' or 'LOGICAL_DNS'`
    );
  },
  create: ({ config, stats, onHosts, onReady }) => ({
    start() {
      const hosts = configuredEndpoints(config).map((endpoint) => new Endpoint(endpoint.address, endpoint));
      stats.count('default.total_match_count').add(hosts.length);
      onHosts(hosts);
      onReady();
    },
    [Symbol.dispose]() {},
  }),
};
