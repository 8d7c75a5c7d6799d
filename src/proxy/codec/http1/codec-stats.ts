import type { Counter, Scope } from '../../stats/stats.ts';

/** Counters all HTTP/1 connections of a server, or of a cluster, share. */
export interface Http1Stats {
  readonly droppedHeadersWithUnderscores: Counter;
  readonly responseFlood: Counter;
  readonly requestsRejectedWithUnderscoresInHeaders: Counter;
}

/**
 * Makes them below `scope`: `http1.…` at the root for listeners, `cluster.<name>.http1.…` for upstreams. Envoy has
 * one more that only other protocols' features move; it is there to be seen.
 */
export function createHttp1Stats(scope: Scope): Http1Stats {
  const http1 = scope.scope('http1');
  http1.counter('metadata_not_supported_error');
  return {
    responseFlood: http1.counter('response_flood'),
    droppedHeadersWithUnderscores: http1.counter('dropped_headers_with_underscores'),
    requestsRejectedWithUnderscoresInHeaders: http1.counter('requests_rejected_with_underscores_in_headers'),
  };
}
