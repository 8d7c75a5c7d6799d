import type { Bootstrap } from '../../bootstrap/load.ts';
import type { Gauge, Histogram, Scope } from '../stats/stats.ts';

const states = { LIVE: 0, DRAINING: 1, PRE_INITIALIZING: 2, INITIALIZING: 3 } as const;

/** What the gauges that are read rather than counted show. */
export interface ObservedServer {
  readonly state: keyof typeof states;
  /** ms. */
  readonly uptime: number;
  readonly options: { readonly concurrency: number };
  /** ms until the first certificate in use ends; undefined: there is none. */
  readonly certificateLifetime: number | undefined;
  readonly bootstrap: Pick<Bootstrap, 'stats_server_version_override'>;
}

const dayMs = 86_400_000;

const counters = [
  'debug_assertion_failures',
  'dropped_stat_flushes',
  'dynamic_unknown_fields',
  'envoy_bug_failures',
  'envoy_notifications',
  'static_unknown_fields',
  'wip_protos',
];

const zeroGauges = [
  'compilation_settings.fips_mode',
  'hot_restart_epoch',
  'parent_connections',
  'seconds_until_first_ocsp_response_expiring',
  'stats_recent_lookups',
  'total_connections',
];

/** Of parts of Envoy that are not here: dashboards ask for them, and nothing was ever missed or shed. */
const absentCounters = ['envoy.overload_actions.reset_high_memory_stream.count'];

/** What Envoy's watchdog counts of each thread. */
function watchdogCounters(workers: number): string[] {
  const each = Array.from({ length: workers }, (_, index) => `server.worker_${index}`);
  return ['main_thread', 'workers', 'server.main_thread', ...each].flatMap((thread) => [
    `${thread}.watchdog_mega_miss`,
    `${thread}.watchdog_miss`,
  ]);
}

/** `server.…` (https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/statistics). */
export class ServerStats {
  readonly live: Gauge;
  /** ms until the listeners were open. */
  readonly initializationTime: Histogram;
  readonly #observed: ObservedServer;
  readonly #state: Gauge;
  readonly #uptime: Gauge;
  readonly #allocated: Gauge;
  readonly #heap: Gauge;
  readonly #physical: Gauge;
  readonly #daysOfCertificates: Gauge;

  constructor(stats: Scope, observed: ObservedServer) {
    const scope = stats.scope('server');
    this.#observed = observed;
    for (const name of counters) scope.counter(name);
    for (const name of [...absentCounters, ...watchdogCounters(observed.options.concurrency)]) {
      stats.counter(name);
    }
    stats.histogram('overload.refresh_interval_delay');
    this.initializationTime = scope.histogram('initialization_time_ms');
    this.live = scope.gauge('live');
    this.#state = scope.gauge('state');
    this.#uptime = scope.gauge('uptime');
    this.#allocated = scope.gauge('memory_allocated');
    this.#heap = scope.gauge('memory_heap_size');
    this.#physical = scope.gauge('memory_physical_size');
    for (const name of zeroGauges) scope.gauge(name).set(0);
    scope.gauge('hot_restart_generation').set(1);
    scope.gauge('concurrency').set(observed.options.concurrency);
    scope.gauge('version').set(observed.bootstrap.stats_server_version_override ?? 0);
    this.#daysOfCertificates = scope.gauge('days_until_first_cert_expiring');
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
    const left = this.#observed.certificateLifetime;
    this.#daysOfCertificates.set(left === undefined ? 2 ** 32 - 1 : Math.max(0, Math.floor(left / dayMs)));
  }
}
