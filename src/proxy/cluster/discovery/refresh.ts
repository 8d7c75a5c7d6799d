import type { ResolvedAddress } from '../dns/resolver.ts';
import type { ClusterConfig } from './discovery.ts';

/** Envoy's `dns_refresh_rate`, ms. */
const defaultRefreshRate = 5000;

/** When a name is asked for again. */
export class RefreshSchedule {
  readonly #rate: number;
  readonly #respectTtl: boolean;
  readonly #jitter: number;
  readonly #failure: { readonly base: number; readonly max: number } | undefined;
  readonly #random: () => number;
  #failures = 0;

  constructor(config: ClusterConfig, random: () => number) {
    this.#rate = config.dns_refresh_rate ?? defaultRefreshRate;
    this.#respectTtl = config.respect_dns_ttl ?? false;
    this.#jitter = config.dns_jitter ?? 0;
    const failure = config.dns_failure_refresh_rate;
    this.#failure = failure && {
      base: failure.base_interval,
      max: failure.max_interval ?? failure.base_interval * 10,
    };
    this.#random = random;
  }

  /** ms to wait after an answer. */
  afterSuccess(addresses: readonly ResolvedAddress[]): number {
    this.#failures = 0;
    const ttl = Math.min(...addresses.map((address) => address.ttl));
    const rate = this.#respectTtl && ttl > 0 && Number.isFinite(ttl) ? ttl * 1000 : this.#rate;
    return rate + this.#random() * this.#jitter;
  }

  /** ms to wait after a failure: the refresh rate, or a jittered exponential back-off when one is configured. */
  afterFailure(): number {
    if (this.#failure === undefined) return this.#rate;
    const { base, max } = this.#failure;
    const ceiling = Math.min(max, base * 2 ** this.#failures++);
    return Math.floor(this.#random() * ceiling);
  }
}
