import { isRecord } from '../config.ts';
import type { SharedNetwork } from '../engine.ts';
import { asksSystem, labResolver } from './dns.ts';
import { down, field, fieldName, items } from './fields.ts';
import { reachesOnly } from './reach.ts';

/** Addresses that mean the node itself. */
export const localAddresses: ReadonlySet<unknown> = new Set([
  '127.0.0.1',
  'localhost',
  '0.0.0.0',
  '::1',
  '::',
]);

/**
 * A config for an Envoy whose node has no network but only an address: listeners, the admin interface and endpoints that are
 * local to the node move to its address, and clusters whose endpoints are all in the lab connect from there. Pure.
 *
 * @param config what a bootstrap file or `--config-yaml` says
 */
export function steerConfig(config: unknown, network: SharedNetwork): unknown {
  const moved = move(config, network);
  if (!isRecord(moved) || down(moved, 'cluster_manager', 'upstream_bind_config') !== undefined) return moved;
  return edit(moved, 'static_resources', (resources) =>
    edit(resources, 'clusters', (clusters) =>
      items(clusters).map((cluster) =>
        reachesOnly(cluster, network) ? fromNode(cluster, network) : cluster,
      ),
    ),
  );
}

/** The same for the bootstrap file, in which everything that resolves names asks the lab's DNS unless it says otherwise. */
export function steerBootstrap(config: unknown, network: SharedNetwork): unknown {
  const steered = steerConfig(config, network);
  if (!isRecord(steered) || hasResolver(steered)) return steered;
  return { ...steered, typed_dns_resolver_config: labResolver(network) };
}

/** TCP ports that a config opens. */
export function portsOf(config: unknown): number[] {
  const listeners = items(down(config, 'static_resources', 'listeners'));
  const addresses = [field(config, 'admin'), ...listeners].map((owner) =>
    down(owner, 'address', 'socket_address'),
  );
  return addresses
    .filter((address) => field(address, 'protocol') !== 'UDP')
    .map((address) => Number(field(address, 'port_value')))
    .filter((port) => port > 0);
}

function move(value: unknown, network: SharedNetwork): unknown {
  if (Array.isArray(value)) return value.map((item) => move(item, network));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      switch (fieldName(key)) {
        case 'socket_address':
          return [key, moveAddress(inner, network)];
        case 'typed_dns_resolver_config':
          return [key, asksSystem(inner) ? labResolver(network) : move(inner, network)];
        case 'dns_cache_config':
          return [key, withResolver(move(inner, network), network)];
        default:
          return [key, move(inner, network)];
      }
    }),
  );
}

function moveAddress(value: unknown, { address }: SharedNetwork): unknown {
  if (!isRecord(value) || !localAddresses.has(value.address)) return value;
  // An IPv4 address has no IPv4 beside it.
  const kept = Object.entries(value).filter(([key]) => fieldName(key) !== 'ipv4_compat');
  return { ...Object.fromEntries(kept), address };
}

/** A dynamic forward proxy's cache does not ask the bootstrap's resolver by itself. */
function withResolver(cache: unknown, network: SharedNetwork): unknown {
  if (!isRecord(cache) || hasResolver(cache)) return cache;
  return { ...cache, typed_dns_resolver_config: labResolver(network) };
}

function hasResolver(message: unknown): boolean {
  return ['typed_dns_resolver_config', 'dns_resolution_config'].some(
    (name) => field(message, name) !== undefined,
  );
}

function fromNode(cluster: unknown, { address }: SharedNetwork): unknown {
  if (!isRecord(cluster) || field(cluster, 'upstream_bind_config') !== undefined) return cluster;
  return {
    ...cluster,
    upstream_bind_config: { source_address: { address, port_value: 0 } },
  };
}

function edit(message: unknown, name: string, change: (value: unknown) => unknown): unknown {
  if (!isRecord(message)) return message;
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [key, fieldName(key) === name ? change(value) : value]),
  );
}
