import type { Gauge } from '../stats/stats.ts';
import type { UpstreamClusterStats } from './cluster-stats.ts';

/** The limits of one priority. */
export interface Thresholds {
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
}

export const defaultThresholds: Thresholds = {
  maxConnections: 1024,
  maxPendingRequests: 1024,
  maxRequests: 1024,
  maxRetries: 3,
};

/** Something a cluster may only have so many of at once; the gauge is 1 while it has them all. */
export class Resource {
  readonly max: number;
  readonly #open: Gauge;
  #current = 0;

  constructor(max: number, open: Gauge) {
    this.max = max;
    this.#open = open;
  }

  get current(): number {
    return this.#current;
  }

  get canCreate(): boolean {
    return this.#current < this.max;
  }

  inc(): void {
    this.#open.set(++this.#current < this.max ? 0 : 1);
  }

  dec(): void {
    this.#open.set(--this.#current < this.max ? 0 : 1);
  }
}

/** Envoy's circuit breakers of one priority (docs: arch_overview/upstream/circuit_breaking). */
export class CircuitBreakers {
  readonly connections: Resource;
  readonly pendingRequests: Resource;
  readonly requests: Resource;
  readonly retries: Resource;

  constructor(limits: Thresholds, stats: UpstreamClusterStats, priority: 'default' | 'high') {
    const open = (name: 'cx_open' | 'rq_pending_open' | 'rq_open' | 'rq_retry_open') =>
      stats.level(`circuit_breakers.${priority}.${name}`);
    this.connections = new Resource(limits.maxConnections, open('cx_open'));
    this.pendingRequests = new Resource(limits.maxPendingRequests, open('rq_pending_open'));
    this.requests = new Resource(limits.maxRequests, open('rq_open'));
    this.retries = new Resource(limits.maxRetries, open('rq_retry_open'));
  }
}
