import type { PeerNames, PoolCallbacks } from '../cluster.ts';
import type { Decoder } from './pooled-connection.ts';
import type { HttpPool } from './pools.ts';

/** A pool for all requests whose upstream goes by the same names, made at the first and gone with its last connection. */
export class PoolByNames implements HttpPool {
  readonly #create: (names: PeerNames | undefined, onIdle: () => void) => HttpPool;
  readonly #pools = new Map<string, HttpPool>();

  constructor(create: (names: PeerNames | undefined, onIdle: () => void) => HttpPool) {
    this.#create = create;
  }

  get idle(): boolean {
    return this.#pools.size === 0;
  }

  newStream(
    decoder: Decoder,
    callbacks: PoolCallbacks,
    downstreamProtocol?: string,
    names?: PeerNames,
  ): { cancel(): void } {
    const key = names === undefined ? '' : keyOf(names);
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = this.#create(names, () => this.#onIdle(key));
      this.#pools.set(key, pool);
    }
    const waiting = pool.newStream(decoder, callbacks, downstreamProtocol);
    // Nothing was begun: nobody will say that it is over.
    if (pool.idle) this.#pools.delete(key);
    return waiting;
  }

  drain(onDrained: () => void): void {
    const pools = [...this.#pools.values()];
    let left = pools.length;
    if (left === 0) onDrained();
    for (const pool of pools) pool.drain(() => --left === 0 && onDrained());
  }

  close(): void {
    for (const pool of [...this.#pools.values()]) pool.close();
  }

  #onIdle(key: string): void {
    if (this.#pools.get(key)?.idle) this.#pools.delete(key);
  }
}

/** Case does not matter, though the first who asks is who says the name. */
function keyOf({ serverName, subjectAltNames }: PeerNames): string {
  return `${serverName === undefined ? '-' : `+${serverName}`} ${subjectAltNames.join(' ')}`.toLowerCase();
}
