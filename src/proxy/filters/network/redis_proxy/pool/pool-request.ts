import type { Host } from '../../../../cluster/cluster.ts';
import type { RespValue } from '../resp/value.ts';
import { type ClientCallbacks, type Handle, nobody } from './redis-client.ts';
import type { RedisPool } from './redis-pool.ts';

/** Whose request it was; one of the two is called, once, unless it is cancelled. */
export interface PoolCallbacks {
  onResponse(value: RespValue): void;
  onFailure(): void;
}

/** A request to a pool, which follows redirections. */
export class PoolRequest implements ClientCallbacks, Handle {
  readonly #pool: RedisPool;
  readonly #words: readonly string[];
  readonly #callbacks: PoolCallbacks;
  readonly #host: Host;
  handle: Handle | null = null;

  constructor(pool: RedisPool, words: readonly string[], callbacks: PoolCallbacks, host: Host) {
    this.#pool = pool;
    this.#words = words;
    this.#callbacks = callbacks;
    this.#host = host;
  }

  cancel(): void {
    this.handle?.cancel();
  }

  onResponse(value: RespValue): void {
    this.#callbacks.onResponse(value);
  }

  onFailure(): void {
    this.#callbacks.onFailure();
  }

  onRedirection(value: RespValue, address: string, ask: boolean): void {
    const asked = !ask || this.#pool.sendTo(address, ['asking'], nobody) !== null;
    this.handle = asked ? this.#pool.sendTo(address, this.#words, this) : null;
    this.#pool.countRedirection(this.handle !== null);
    if (this.handle === null) this.#callbacks.onResponse(value);
  }

  get host(): Host {
    return this.#host;
  }
}
