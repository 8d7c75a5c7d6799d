import type { Runtime } from '../runtime/runtime.ts';
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

/** What makes a limit count across threads; the arguments are those of {@link Resource}. */
export type CreateResource = (
  priority: 'default' | 'high',
  gauge: BreakerGauge,
  ...of: ConstructorParameters<typeof Resource>
) => Resource;

/** The gauges of the circuit breakers of a priority, in Envoy's order. */
export const breakerGauges = ['cx_open', 'rq_pending_open', 'rq_open', 'rq_retry_open'] as const;
export type BreakerGauge = (typeof breakerGauges)[number];

/** Something a cluster may only have so many of at once; the gauge is 1 while it has them all. */
export class Resource {
  readonly #limit: number;
  readonly #open: Gauge;
  readonly #runtime: Runtime | undefined;
  readonly #key: string;
  #current = 0;

  /** `key`: under which the runtime may set another limit. */
  constructor(limit: number, open: Gauge, runtime: Runtime | undefined, key: string) {
    this.#limit = limit;
    this.#open = open;
    this.#runtime = runtime;
    this.#key = key;
  }

  get max(): number {
    return this.#runtime === undefined ? this.#limit : this.#runtime.integer(this.#key, this.#limit);
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

  /** `runtimePrefix`: `circuit_breakers.<cluster>.`. */
  constructor(
    limits: Thresholds,
    stats: UpstreamClusterStats,
    priority: 'default' | 'high',
    runtime?: Runtime,
    runtimePrefix = '',
    create: CreateResource = (_priority, _gauge, ...of) => new Resource(...of),
  ) {
    const resource = (limit: number, gauge: BreakerGauge, key: string): Resource =>
      create(
        priority,
        gauge,
        limit,
        stats.level(`circuit_breakers.${priority}.${gauge}`),
        runtime,
        `${runtimePrefix}${priority}.${key}`,
      );
    this.connections = resource(limits.maxConnections, 'cx_open', 'max_connections');
    this.pendingRequests = resource(limits.maxPendingRequests, 'rq_pending_open', 'max_pending_requests');
    this.requests = resource(limits.maxRequests, 'rq_open', 'max_requests');
    this.retries = resource(limits.maxRetries, 'rq_retry_open', 'max_retries');
  }
}
