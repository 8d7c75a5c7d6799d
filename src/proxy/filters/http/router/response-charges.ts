import type { Host } from '../../../cluster/cluster.ts';
import type { RequestHeaders } from '../../../http/headers.ts';
import type { CodeStats, RouterClusterStats } from './code-stats.ts';

/** Counts what becomes of one request, for its cluster and the hosts that were asked. */
export class ResponseCharges {
  readonly #codes: CodeStats;
  readonly #altCodes: CodeStats | undefined;
  readonly #headers: RequestHeaders;
  readonly #enabled: boolean;

  /** Takes `x-envoy-upstream-alt-stat-name` out of the request. `enabled`: `dynamic_stats`. */
  constructor(stats: RouterClusterStats, headers: RequestHeaders, enabled: boolean) {
    this.#codes = stats.codes;
    this.#headers = headers;
    this.#enabled = enabled;
    const name = headers.get('x-envoy-upstream-alt-stat-name');
    if (name === undefined) return;
    this.#altCodes = stats.alternative(name);
    headers.remove('x-envoy-upstream-alt-stat-name');
  }

  /** A response, of a host or (undefined) in its stead. */
  code(status: number, host: Host | undefined, canary: boolean): void {
    if (!this.#enabled) return;
    const internal = this.#internal;
    this.#codes.charge(status, internal, canary);
    this.#altCodes?.charge(status, internal, canary);
    if (host !== undefined && status >= 500 && status <= 599) host.stats.rqError.inc();
  }

  /** A complete response took `ms`. */
  time(ms: number, canary: boolean): void {
    if (!this.#enabled) return;
    const internal = this.#internal;
    this.#codes.time(ms, internal, canary);
    this.#altCodes?.time(ms, internal, canary);
  }

  get #internal(): boolean {
    return this.#headers.get('x-envoy-internal') === 'true';
  }
}
