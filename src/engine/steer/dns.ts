import type { SharedNetwork } from '../engine.ts';
import { field, items } from './fields.ts';

const caresType = 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig';
const systemType =
  'type.googleapis.com/envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig';

/** A resolver that asks the lab's DNS server, and it alone: without this machine's search domains. */
export function labResolver({ dnsAddress, dnsPort }: SharedNetwork): unknown {
  return {
    name: 'envoy.network.dns_resolver.cares',
    typed_config: {
      '@type': caresType,
      resolvers: [{ socket_address: { address: dnsAddress, port_value: dnsPort } }],
      dns_resolver_options: { no_default_search_domain: true },
    },
  };
}

/** Whether a `typed_dns_resolver_config` means the servers of the system, which are the lab's in a network of its own. */
export function asksSystem(config: unknown): boolean {
  const typed = field(config, 'typed_config');
  const type = field(typed, '@type');
  return type === systemType || (type === caresType && items(field(typed, 'resolvers')).length === 0);
}
