import type { PoolCallbacks } from '../pool/pool-request.ts';
import type { Handle } from '../pool/redis-client.ts';
import { error, type RespValue } from '../resp/value.ts';
import { noUpstreamHost, upstreamFailure } from './split-request.ts';

/** Starts the part of that index; null: there is no host for it. */
export type StartFragment = (index: number, callbacks: PoolCallbacks) => Handle | null;

/** The parts of a command, one for each key or each host. */
export class Fragments implements Handle {
  readonly #answers: RespValue[];
  readonly #onAll: (answers: readonly RespValue[]) => void;
  readonly #handles: (Handle | null)[] = [];
  #missing: number;

  private constructor(count: number, onAll: (answers: readonly RespValue[]) => void) {
    this.#answers = new Array(count);
    this.#missing = count;
    this.#onAll = onAll;
  }

  /** Calls back with all answers, in the order of the parts; undefined: it has already. */
  static start(
    count: number,
    begin: StartFragment,
    onAll: (answers: readonly RespValue[]) => void,
  ): Fragments | undefined {
    const fragments = new Fragments(count, onAll);
    for (let index = 0; index < count; index++) fragments.#begin(index, begin);
    return fragments.#missing > 0 ? fragments : undefined;
  }

  cancel(): void {
    for (const handle of this.#handles) handle?.cancel();
  }

  #begin(index: number, begin: StartFragment): void {
    const handle = begin(index, {
      onResponse: (value) => this.#take(index, value),
      onFailure: () => this.#take(index, error(upstreamFailure)),
    });
    this.#handles[index] = handle;
    if (handle === null) this.#take(index, error(noUpstreamHost));
  }

  #take(index: number, value: RespValue): void {
    this.#handles[index] = null;
    this.#answers[index] = value;
    if (--this.#missing === 0) this.#onAll(this.#answers);
  }
}
