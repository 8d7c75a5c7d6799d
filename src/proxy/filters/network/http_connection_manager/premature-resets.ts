import type { StreamInfo } from '../../../http/stream-info.ts';
import type { Runtime } from '../../../runtime/runtime.ts';

/**
 * Watches for clients that open streams only to reset them (CVE-2023-44487): Envoy's maybeDrainDueToPrematureResets,
 * with the runtime keys it has.
 */
export class PrematureResets {
  readonly #runtime: Runtime;
  #closed = 0;
  #premature = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** A stream is over, at `now` ms. True: too many of the connection's ended young and unanswered. */
  onStreamClosed({ responseCode, start }: StreamInfo, now: number): boolean {
    this.#closed++;
    if (responseCode === undefined) {
      const young = this.#runtime.integer('overload.premature_reset_min_stream_lifetime_seconds', 1);
      if (Math.floor((now - start) / 1000) <= young) this.#premature++;
    }
    if (this.#premature === 0) return false;
    const limit = this.#runtime.integer('overload.premature_reset_total_stream_count', 500);
    return this.#premature * 2 >= Math.max(limit, this.#closed);
  }
}
