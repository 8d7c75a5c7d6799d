import type { Endpoint } from '../host/endpoint.ts';
import type { Balancer, BalancerOptions } from './balancer.ts';
import { EdfSchedule, weightsAreEqual } from './edf-schedule.ts';

/**
 * LEAST_REQUEST: of a few hosts drawn at random the one with the fewest active requests. With different
 * weights, by a schedule in which active requests lower a host's weight
 * (docs: arch_overview/upstream/load_balancing/load_balancers, weighted least request).
 */
export class LeastRequest implements Balancer {
  #hosts: readonly Endpoint[] = [];
  #schedule: EdfSchedule | undefined;
  readonly #options: BalancerOptions;

  constructor(options: BalancerOptions) {
    this.#options = options;
  }

  update(hosts: readonly Endpoint[]): void {
    this.#hosts = hosts;
    this.#schedule = undefined;
    if (weightsAreEqual(hosts)) return;
    const bias = this.#options.activeRequestBias();
    this.#schedule = new EdfSchedule(
      hosts,
      ({ weight, stats }) => weight / (stats.rqActive.value + 1) ** bias,
    );
  }

  choose(): Endpoint | null {
    if (this.#schedule !== undefined) return this.#schedule.pick();
    const hosts = this.#hosts;
    const { random, choiceCount } = this.#options;
    let chosen: Endpoint | null = null;
    for (let i = 0; i < choiceCount; i++) {
      const drawn = hosts[Math.floor(random() * hosts.length)];
      if (drawn === undefined) return null;
      if (chosen === null || drawn.stats.rqActive.value < chosen.stats.rqActive.value) chosen = drawn;
    }
    return chosen;
  }
}
