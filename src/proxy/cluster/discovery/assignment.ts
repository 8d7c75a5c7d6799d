import type { envoy } from '../../../bootstrap/api.generated.ts';
import type { SocketAddress } from '../../http/stream-info.ts';
import type { EndpointTraits } from '../host/endpoint.ts';
import type { ClusterConfig } from './discovery.ts';

/** One `lb_endpoint` as config has it; `address` may be a name. */
export interface ConfiguredEndpoint extends EndpointTraits {
  readonly address: SocketAddress;
}

/** The endpoints of `load_assignment`, in order. */
export function configuredEndpoints(config: ClusterConfig): ConfiguredEndpoint[] {
  const groups = config.load_assignment?.endpoints ?? [];
  return groups.flatMap((group) =>
    (group.lb_endpoints ?? []).map((endpoint) => configuredEndpoint(group, endpoint)),
  );
}

function configuredEndpoint(
  group: envoy.config.endpoint.v3.LocalityLbEndpoints,
  { endpoint, load_balancing_weight, health_status, metadata }: envoy.config.endpoint.v3.LbEndpoint,
): ConfiguredEndpoint {
  const { region = '', zone = '', sub_zone = '' } = group.locality ?? {};
  return {
    address: socketAddress(endpoint?.address),
    hostname: endpoint?.hostname ?? '',
    weight: load_balancing_weight ?? 1,
    locality: { region, zone, subZone: sub_zone },
    priority: group.priority ?? 0,
    health: health_status ?? 'UNKNOWN',
    hashKey: hashKey(metadata),
    canary: metadata?.filter_metadata?.['envoy.lb']?.canary === true,
  };
}

function hashKey(metadata: envoy.config.core.v3.Metadata | undefined): string | undefined {
  const key = metadata?.filter_metadata?.['envoy.lb']?.hash_key;
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function socketAddress(address: envoy.config.core.v3.Address | undefined): SocketAddress {
  if (address?.pipe !== undefined) return { address: address.pipe.path, port: 0 };
  return { address: address?.socket_address?.address ?? '', port: address?.socket_address?.port_value ?? 0 };
}
