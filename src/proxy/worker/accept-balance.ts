import type { Socket } from 'node:net';

/** How long a worker that has more connections than another leaves the next to that one, ms. */
const patienceMs = 1;

/**
 * Shares the connections of a listener out among the workers, which all accept at one socket: whoever wakes first
 * would take all that wait. One that is ahead by two waits until the one that is behind has taken one, or does not
 * want to.
 */
export class AcceptBalance {
  readonly #connections: Int32Array;
  readonly #worker: number;

  /** `connections`: by worker, in shared memory. */
  constructor(connections: Int32Array, worker: number) {
    this.#connections = connections;
    this.#worker = worker;
  }

  /** Connections of the other workers. */
  get elsewhere(): number {
    let sum = 0;
    for (let worker = 0; worker < this.#connections.length; worker++) {
      if (worker !== this.#worker) sum += Atomics.load(this.#connections, worker);
    }
    return sum;
  }

  /** This worker has accepted one more. */
  accepted(socket: Socket): void {
    const connections = this.#connections;
    const own = Atomics.add(connections, this.#worker, 1) + 1;
    Atomics.notify(connections, this.#worker);
    socket.once('close', () => Atomics.sub(connections, this.#worker, 1));
    const behind = this.#behind();
    const theirs = Atomics.load(connections, behind);
    if (own > theirs + 1) Atomics.wait(connections, behind, theirs, patienceMs);
  }

  /** The worker with the fewest. */
  #behind(): number {
    let least = 0;
    for (let worker = 1; worker < this.#connections.length; worker++) {
      if (Atomics.load(this.#connections, worker) < Atomics.load(this.#connections, least)) least = worker;
    }
    return least;
  }
}
