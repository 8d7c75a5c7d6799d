import type { Endpoint } from '../host/endpoint.ts';

interface Entry {
  readonly host: Endpoint;
  deadline: number;
  /** Of equal deadlines the one that waited longest goes first. */
  order: number;
}

/**
 * Earliest-deadline-first: a host of weight w comes up every 1/w units of time, so picks follow the weights
 * closely and evenly spread (source/common/upstream/edf_scheduler.h). A binary heap.
 */
export class EdfSchedule {
  readonly #heap: Entry[] = [];
  readonly #weight: (host: Endpoint) => number;
  #time = 0;
  #order = 0;

  constructor(hosts: readonly Endpoint[], weight: (host: Endpoint) => number) {
    this.#weight = weight;
    for (const host of hosts) {
      this.#heap.push({ host, deadline: 1 / weight(host), order: this.#order++ });
    }
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** The next host; null when there are none. */
  pick(): Endpoint | null {
    const top = this.#heap[0];
    if (top === undefined) return null;
    this.#time = top.deadline;
    top.deadline = this.#time + 1 / this.#weight(top.host);
    top.order = this.#order++;
    this.#sink(0);
    return top.host;
  }

  #sink(start: number): void {
    const heap = this.#heap;
    let at = start;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}

/** Whether all weights are alike, so that no schedule is needed. */
export function weightsAreEqual(hosts: readonly Endpoint[]): boolean {
  return hosts.every(({ weight }) => weight === hosts[0]!.weight);
}
