import type { Gauge, Scope } from '../stats/stats.ts';

const states = { LIVE: 0, DRAINING: 1, PRE_INITIALIZING: 2, INITIALIZING: 3 } as const;

/** What the gauges that are read rather than counted show. */
export interface ObservedServer {
  readonly state: keyof typeof states;
  /** ms. */
  readonly uptime: number;
  readonly options: { readonly concurrency: number };
}

/** `server.…` (https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/statistics). */
export class ServerStats {
  readonly live: Gauge;
  readonly #observed: ObservedServer;
  readonly #state: Gauge;
  readonly #uptime: Gauge;
  readonly #allocated: Gauge;
  readonly #heap: Gauge;
  readonly #physical: Gauge;

  constructor(stats: Scope, observed: ObservedServer) {
    const scope = stats.scope('server');
    this.#observed = observed;
    for (const name of [
      'debug_assertion_failures',
      'dynamic_unknown_fields',
      'static_unknown_fields',
      'wip_protos',
    ]) {
      scope.counter(name);
    }
    this.live = scope.gauge('live');
    this.#state = scope.gauge('state');
    this.#uptime = scope.gauge('uptime');
    this.#allocated = scope.gauge('memory_allocated');
    this.#heap = scope.gauge('memory_heap_size');
    this.#physical = scope.gauge('memory_physical_size');
    for (const name of ['parent_connections', 'total_connections', 'hot_restart_epoch'])
      scope.gauge(name).set(0);
    scope.gauge('hot_restart_generation').set(1);
    scope.gauge('concurrency').set(observed.options.concurrency);
    scope.gauge('days_until_first_cert_expiring').set(2 ** 32 - 1);
    this.refresh();
  }

  /** Reads what is observed into its gauges: called before stats are shown. */
  refresh(): void {
    const { state, uptime } = this.#observed;
    const { heapUsed, heapTotal, rss } = process.memoryUsage();
    this.#state.set(states[state] ?? states.PRE_INITIALIZING);
    this.#uptime.set(Math.floor((uptime || 0) / 1000));
    this.#allocated.set(heapUsed);
    this.#heap.set(heapTotal);
    this.#physical.set(rss);
  }
}
