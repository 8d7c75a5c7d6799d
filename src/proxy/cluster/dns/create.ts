import type { envoy } from '../../../bootstrap/api.generated.ts';
import type { Scope } from '../../stats/stats.ts';
import type { ClusterConfig } from '../discovery/discovery.ts';
import { type CaresOptions, CaresResolver } from './c-ares.ts';
import type { DnsResolver } from './resolver.ts';

type CaresConfig = envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig;

/** Envoy's `query_timeout_seconds` and `query_tries`. */
const defaults = { timeoutSeconds: 5, tries: 4 };

/**
 * Makes resolvers for clusters; clusters that ask for the same one share it.
 * A cluster's `typed_dns_resolver_config` wins over its `dns_resolution_config`, that over `dns_resolvers`.
 */
export function resolverFactory(stats: Scope): (config: ClusterConfig) => DnsResolver {
  const made = new Map<string, DnsResolver>();
  return (config) => {
    const options = caresOptions(config);
    const key = JSON.stringify(options);
    let resolver = made.get(key);
    if (resolver === undefined) {
      resolver = new CaresResolver(options, stats);
      made.set(key, resolver);
    }
    return resolver;
  };
}

function caresOptions(config: ClusterConfig): CaresOptions {
  const typed = config.typed_dns_resolver_config?.typed_config as CaresConfig | undefined;
  const { resolvers, dns_resolver_options } = typed ??
    config.dns_resolution_config ?? { resolvers: config.dns_resolvers };
  return {
    servers: (resolvers ?? []).map(server),
    noSearch: dns_resolver_options?.no_default_search_domain ?? false,
    timeout: (typed?.query_timeout_seconds ?? defaults.timeoutSeconds) * 1000,
    tries: typed?.query_tries ?? defaults.tries,
  };
}

function server({ socket_address }: envoy.config.core.v3.Address): string {
  const { address = '', port_value = 53 } = socket_address ?? {};
  return address.includes(':') ? `[${address}]:${port_value}` : `${address}:${port_value}`;
}
