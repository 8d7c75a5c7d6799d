import type { Endpoint } from '../host/endpoint.ts';
import type { Balancer, Random } from './balancer.ts';
import { EdfSchedule, weightsAreEqual } from './edf-schedule.ts';

/**
 * ROUND_ROBIN: one after the other from a random start, which keeps many proxies from all choosing the same
 * first host. With different weights, by schedule.
 */
export class RoundRobin implements Balancer {
  #hosts: readonly Endpoint[] = [];
  #schedule: EdfSchedule | undefined;
  #next: number;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.#next = Math.floor(random() * 2 ** 31);
  }

  update(hosts: readonly Endpoint[]): void {
    this.#hosts = hosts;
    this.#schedule = undefined;
    if (weightsAreEqual(hosts)) return;
    this.#schedule = new EdfSchedule(hosts, ({ weight }) => weight);
    const skip = Math.floor(this.#random() * hosts.length);
    for (let i = 0; i < skip; i++) this.#schedule.pick();
  }

  choose(): Endpoint | null {
    if (this.#schedule !== undefined) return this.#schedule.pick();
    const hosts = this.#hosts;
    if (hosts.length === 0) return null;
    return hosts[this.#next++ % hosts.length]!;
  }
}
