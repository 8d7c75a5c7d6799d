import type { Timer } from '../../clock.ts';
import { Endpoint } from '../host/endpoint.ts';
import { configuredEndpoints } from './assignment.ts';
import type { DiscoveryKind } from './discovery.ts';
import { RefreshSchedule } from './refresh.ts';

/**
 * LOGICAL_DNS: one host whose address is the first of the latest answer. New connections go there; those that
 * exist stay. An answer without addresses changes nothing.
 */
export const logicalDns: DiscoveryKind = {
  type: 'LOGICAL_DNS',
  refuse: (config) =>
    configuredEndpoints(config).length === 1 && config.load_assignment?.endpoints?.length === 1
      ? undefined
      : 'LOGICAL_DNS clusters must have a single locality_lb_endpoint and a single lb_endpoint',
  create(context) {
    const { config, stats, clock } = context;
    const endpoint = configuredEndpoints(config)[0]!;
    const resolver = context.resolver();
    const refresh = new RefreshSchedule(config, context.random);
    let host: Endpoint | undefined;
    let cancel: (() => void) | undefined;
    let timer: Timer | undefined;

    function adopt(address: string): void {
      const resolved = { address, port: endpoint.address.port };
      if (host !== undefined) {
        host.address = resolved;
        return;
      }
      const hostname = endpoint.hostname || endpoint.address.address;
      // Envoy's logical host is of priority 0 whatever its locality says.
      host = new Endpoint(resolved, { ...endpoint, hostname, priority: 0 });
      stats.count('default.total_match_count').inc();
      context.onHosts([host]);
    }

    function resolve(): void {
      stats.count('update_attempt').inc();
      const family = config.dns_lookup_family ?? 'AUTO';
      cancel = resolver.resolve(endpoint.address.address, family, (resolution) => {
        const first = resolution.status === 'success' ? resolution.addresses[0] : undefined;
        if (first !== undefined) {
          stats.count('update_success').inc();
          adopt(first.address);
        } else {
          stats.count('update_failure').inc();
        }
        const delay = first === undefined ? refresh.afterFailure() : refresh.afterSuccess(first.ttl);
        context.onReady();
        timer = clock.setTimeout(resolve, delay);
      });
    }

    return {
      start: resolve,
      [Symbol.dispose]() {
        cancel?.();
        timer?.cancel();
      },
    };
  },
};
