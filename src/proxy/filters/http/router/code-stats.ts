import type { Cluster, ClusterStats } from '../../../cluster/cluster.ts';
import type { Counter, Histogram } from '../../../stats/stats.ts';

const unknown = 'upstream_rq_unknown';

/** Counters of one kind of response: all, or `external.`, `internal.`, `canary.` ones. Made when first counted. */
class CodeGroup {
  readonly #stats: ClusterStats;
  readonly #prefix: string;
  #completed: Counter | undefined;
  #time: Histogram | undefined;
  readonly #groups: (Counter | undefined)[] = [];
  readonly #codes: (Counter | undefined)[] = [];

  constructor(stats: ClusterStats, prefix: string) {
    this.#stats = stats;
    this.#prefix = prefix;
  }

  charge(status: number): void {
    this.#completed ??= this.#stats.counter(`${this.#prefix}upstream_rq_completed`);
    this.#completed.inc();
    const digit = Math.floor(status / 100);
    if (digit >= 1 && digit <= 5) {
      let group = this.#groups[digit];
      if (group === undefined) {
        group = this.#stats.counter(`${this.#prefix}upstream_rq_${digit}xx`);
        this.#groups[digit] = group;
      }
      group.inc();
    }
    const index = status >= 100 && status < 600 ? status : 0;
    let code = this.#codes[index];
    if (code === undefined) {
      code = this.#stats.counter(this.#prefix + (index === 0 ? unknown : `upstream_rq_${status}`));
      this.#codes[index] = code;
    }
    code.inc();
  }

  time(ms: number): void {
    this.#time ??= this.#stats.histogram(`${this.#prefix}upstream_rq_time`);
    this.#time.record(ms);
  }
}

/**
 * `cluster.<name>.upstream_rq_<code>` and its kin, as Envoy's CodeStatsImpl charges them
 * (source/common/http/codes.cc).
 */
export class CodeStats {
  readonly #all: CodeGroup;
  readonly #internal: CodeGroup;
  readonly #external: CodeGroup;
  readonly #canary: CodeGroup;

  constructor(stats: ClusterStats, prefix = '') {
    this.#all = new CodeGroup(stats, prefix);
    this.#internal = new CodeGroup(stats, `${prefix}internal.`);
    this.#external = new CodeGroup(stats, `${prefix}external.`);
    this.#canary = new CodeGroup(stats, `${prefix}canary.`);
  }

  charge(status: number, internal: boolean, canary: boolean): void {
    this.#all.charge(status);
    if (canary) this.#canary.charge(status);
    (internal ? this.#internal : this.#external).charge(status);
  }

  time(ms: number, internal: boolean, canary: boolean): void {
    this.#all.time(ms);
    if (canary) this.#canary.time(ms);
    (internal ? this.#internal : this.#external).time(ms);
  }
}

/** What the router counts of one cluster, found without a look-up by name. */
export class RouterClusterStats {
  readonly codes: CodeStats;
  readonly timeout: Counter;
  readonly perTryTimeout: Counter;
  readonly flowPaused: Counter;
  readonly flowResumed: Counter;
  readonly flowBackedUp: Counter;
  readonly flowDrained: Counter;
  readonly #stats: ClusterStats;
  readonly #alternatives = new Map<string, CodeStats>();

  constructor(stats: ClusterStats) {
    this.#stats = stats;
    this.codes = new CodeStats(stats);
    this.timeout = stats.counter('upstream_rq_timeout');
    this.perTryTimeout = stats.counter('upstream_rq_per_try_timeout');
    this.flowPaused = stats.counter('upstream_flow_control_paused_reading_total');
    this.flowResumed = stats.counter('upstream_flow_control_resumed_reading_total');
    this.flowBackedUp = stats.counter('upstream_flow_control_backed_up_total');
    this.flowDrained = stats.counter('upstream_flow_control_drained_total');
  }

  /** Of `x-envoy-upstream-alt-stat-name`. */
  alternative(name: string): CodeStats {
    let codes = this.#alternatives.get(name);
    if (codes === undefined) {
      codes = new CodeStats(this.#stats, `${name}.`);
      this.#alternatives.set(name, codes);
    }
    return codes;
  }
}

/** The router's stats of each cluster it has met; a cluster that is gone takes its own along. */
export class ClusterStatsCache {
  readonly #known = new WeakMap<Cluster, RouterClusterStats>();

  get(cluster: Cluster): RouterClusterStats {
    let stats = this.#known.get(cluster);
    if (stats === undefined) {
      stats = new RouterClusterStats(cluster.stats);
      this.#known.set(cluster, stats);
    }
    return stats;
  }
}
