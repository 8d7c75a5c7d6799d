import type { Endpoint } from '../host/endpoint.ts';
import type { Balancer, Random } from './balancer.ts';

/** RANDOM: any host, all alike; weights do not count. */
export class RandomChoice implements Balancer {
  #hosts: readonly Endpoint[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  update(hosts: readonly Endpoint[]): void {
    this.#hosts = hosts;
  }

  choose(): Endpoint | null {
    return this.#hosts[Math.floor(this.#random() * this.#hosts.length)] ?? null;
  }
}
