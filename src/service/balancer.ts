/** What may be picked; `Endpoint` is one. */
export interface Candidate {
  readonly address: string;
  /** Whether it takes connections to that port now. */
  readyAt(target: number): boolean;
}

/** Picks endpoints for one target port, each in its turn. */
export class RoundRobin {
  readonly #target: number;
  #last: string | undefined;

  constructor(target: number) {
    this.#target = target;
  }

  /**
   * The next endpoint that is ready; undefined when there is none.
   * @param endpoints in an order that stays
   * @param tried those that are passed over
   */
  next<C extends Candidate>(endpoints: readonly C[], tried: ReadonlySet<C>): C | undefined {
    const start = endpoints.findIndex(({ address }) => address === this.#last) + 1;
    for (let step = 0; step < endpoints.length; step++) {
      const endpoint = endpoints[(start + step) % endpoints.length]!;
      if (tried.has(endpoint) || !endpoint.readyAt(this.#target)) continue;
      this.#last = endpoint.address;
      return endpoint;
    }
    return undefined;
  }
}
