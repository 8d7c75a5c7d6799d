import type { envoy } from '../../../bootstrap/api.generated.ts';

export type LookupFamily = envoy.config.cluster.v3.Cluster.DnsLookupFamily;

/** One address of an answer; `ttl` in seconds. */
export interface ResolvedAddress {
  readonly address: string;
  readonly ttl: number;
}

/** What became of a lookup. A name without addresses is an empty success, as in Envoy. */
export type Resolution =
  | { readonly status: 'success'; readonly addresses: readonly ResolvedAddress[] }
  | { readonly status: 'failure'; readonly details: string };

export interface DnsResolver {
  /** Looks a name up; `callback` comes at most once, and not after the returned function was called. */
  resolve(name: string, family: LookupFamily, callback: (resolution: Resolution) => void): () => void;
}
