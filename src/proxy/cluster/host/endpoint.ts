import type { SocketAddress } from '../../http/stream-info.ts';
import type { HealthStatus, Host, Locality } from '../cluster.ts';
import type { HttpPool } from '../pool/pools.ts';
import { EndpointStats } from './host-stats.ts';

/** What config says of an endpoint, beside where it is. */
export interface EndpointTraits {
  readonly hostname: string;
  readonly weight: number;
  readonly locality: Locality;
  readonly priority: number;
  readonly health: HealthStatus;
  readonly canary: boolean;
  /** `hash_key` of its `envoy.lb` metadata, when it has one: what MAGLEV and RING_HASH know it by. */
  readonly hashKey?: string | undefined;
}

/** A host and its pool, which is made at the first request. */
export class Endpoint implements Host {
  address: SocketAddress;
  readonly hostname: string;
  weight: number;
  readonly locality: Locality;
  readonly priority: number;
  readonly health: HealthStatus;
  readonly canary: boolean;
  readonly hashKey: string | undefined;
  readonly stats: EndpointStats;
  pool: HttpPool | undefined;
  /** Told once, when the host leaves its cluster; `closing`: the cluster ends everything at once. */
  onGone: Set<(closing: boolean) => void> | undefined;

  /** `numbers`: where it counts, in memory that another thread reads; its own when absent. */
  constructor(address: SocketAddress, traits: EndpointTraits, numbers?: Float64Array) {
    this.stats = new EndpointStats(numbers);
    this.address = address;
    this.hostname = traits.hostname;
    this.weight = traits.weight;
    this.locality = traits.locality;
    this.priority = traits.priority;
    this.health = traits.health;
    this.canary = traits.canary;
    this.hashKey = traits.hashKey;
  }
}

/** `127.0.0.1:80`, `[::1]:80`, or a pipe's path. */
export function addressText({ address, port }: SocketAddress): string {
  if (address.startsWith('/') || address.startsWith('@')) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** `health_flags` of `/clusters`. */
export function healthFlags(health: HealthStatus): string {
  switch (health) {
    case 'UNHEALTHY':
    case 'TIMEOUT':
      return '/failed_eds_health';
    case 'DRAINING':
      return '/eds_status_draining';
    case 'DEGRADED':
      return '/degraded_eds_health';
    default:
      return 'healthy';
  }
}

/** `eds_health_status` of `/clusters?format=json`. */
export function edsHealthStatus(health: HealthStatus): HealthStatus {
  if (health === 'UNKNOWN') return 'HEALTHY';
  return health === 'TIMEOUT' ? 'UNHEALTHY' : health;
}
