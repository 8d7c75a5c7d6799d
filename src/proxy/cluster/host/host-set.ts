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
  readonly #panicThreshold: number;

  /** `panicThreshold` in per cent of all endpoints. */
  constructor(stats: UpstreamClusterStats, panicThreshold: number) {
    this.#stats = stats;
    this.#panicThreshold = panicThreshold;
  }

  update(all: readonly Endpoint[]): void {
    this.all = all;
    this.healthy = all.filter(({ health }) => health === 'UNKNOWN' || health === 'HEALTHY');
    this.degraded = all.filter(({ health }) => health === 'DEGRADED');
    this.#weigh();
    this.#stats.count('membership_change').inc();
    this.#stats.level('membership_total').set(all.length);
    this.#stats.level('membership_healthy').set(this.healthy.length);
    this.#stats.level('membership_degraded').set(this.degraded.length);
    this.#stats.level('membership_excluded').set(0);
  }

  #weigh(): void {
    const total = this.all.length;
    const available = this.healthy.length + this.degraded.length;
    this.panic = total > 0 && (100 * available) / total < this.#panicThreshold;
    const share = (count: number): number =>
      total === 0 ? 0 : Math.min(100, Math.floor((100 * overprovisioning * count) / total));
    const healthy = share(this.healthy.length);
    const degraded = Math.min(100 - healthy, share(this.degraded.length));
    this.degradedLoad = degraded === 0 ? 0 : Math.round((100 * degraded) / (healthy + degraded));
    // Nobody is available and the threshold (of 0, say) does not call it a panic: Envoy still sends to all.
    if (total > 0 && available === 0 && this.#panicThreshold > 0) this.panic = true;
  }
}
