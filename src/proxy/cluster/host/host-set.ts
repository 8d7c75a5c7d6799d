import type { UpstreamClusterStats } from '../cluster-stats.ts';
import type { Endpoint } from './endpoint.ts';

/** Envoy's `overprovisioning_factor`, 1.4. */
const overprovisioning = 1.4;

/**
 * The endpoints of a cluster by health, and which of them take traffic (docs:
 * arch_overview/upstream/load_balancing/panic_threshold and …/degraded).
 */
export class HostSet {
  all: readonly Endpoint[] = [];
  healthy: readonly Endpoint[] = [];
  degraded: readonly Endpoint[] = [];
  /** Too few are healthy: all take traffic. */
  panic = false;
  /** Share of traffic, 0 to 100, that goes to degraded endpoints while there is no panic. */
  degradedLoad = 0;
  readonly #stats: UpstreamClusterStats;
  readonly #panicThreshold: () => number;

  /** `panicThreshold` in per cent of all endpoints. */
  constructor(stats: UpstreamClusterStats, panicThreshold: () => number) {
    this.#stats = stats;
    this.#panicThreshold = panicThreshold;
  }

  update(all: readonly Endpoint[]): void {
    this.all = all;
    this.healthy = all.filter(({ health }) => health === 'UNKNOWN' || health === 'HEALTHY');
    this.degraded = all.filter(({ health }) => health === 'DEGRADED');
    const excluded = all.filter(({ health }) => health === 'DRAINING').length;
    this.#weigh(all.length - excluded);
    this.#stats.count('membership_change').inc();
    this.#stats.level('membership_total').set(all.length);
    this.#stats.level('membership_healthy').set(this.healthy.length);
    this.#stats.level('membership_degraded').set(this.degraded.length);
    this.#stats.level('membership_excluded').set(excluded);
  }

  /** `counted`: endpoints that count for the shares; those that drain do not. */
  #weigh(counted: number): void {
    const share = (count: number): number => (counted === 0 ? 0 : (100 * count) / counted);
    const healthyShare = share(this.healthy.length);
    const degradedShare = share(this.degraded.length);
    this.panic = healthyShare + degradedShare < this.#panicThreshold();
    const healthy = Math.min(100, Math.floor(overprovisioning * healthyShare));
    const degraded = Math.min(100, Math.floor(overprovisioning * degradedShare));
    const available = Math.min(100, healthy + degraded);
    this.degradedLoad = 0;
    if (degraded === 0) return;
    const healthyLoad = Math.min(100, Math.floor((healthy * 100) / available));
    const wanted = Math.floor((degraded * 100) / available);
    this.degradedLoad = healthyLoad === 0 ? 100 : Math.min(100 - healthyLoad, wanted);
  }
}
