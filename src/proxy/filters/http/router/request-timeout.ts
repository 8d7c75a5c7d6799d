import type { RequestHeaders } from '../../../http/headers.ts';

/** Times of one request in ms; 0: none. */
export interface RequestTimeouts {
  readonly global: number;
  readonly perTry: number;
}

/**
 * The timeouts a request is served with: its route's, unless its fields say otherwise; those fields go. Sets
 * `x-envoy-expected-rq-timeout-ms` when `announce`. Envoy's FilterUtility::finalTimeout (source/common/router/router.cc).
 */
export function finalTimeouts(
  headers: RequestHeaders,
  routeTimeout: number,
  announce: boolean,
  respectExpected: boolean,
): RequestTimeouts {
  let global = routeTimeout;
  const expected = respectExpected ? headers.get('x-envoy-expected-rq-timeout-ms') : undefined;
  if (expected !== undefined) {
    global = parse(expected) ?? global;
  } else {
    const given = take(headers, 'x-envoy-upstream-rq-timeout-ms');
    if (given !== undefined) global = parse(given) ?? global;
  }
  let perTry = 0;
  const perTryGiven = take(headers, 'x-envoy-upstream-rq-per-try-timeout-ms');
  if (perTryGiven !== undefined) perTry = parse(perTryGiven) ?? perTry;
  if (perTry >= global && global !== 0) perTry = 0;
  const announced = perTry === 0 ? global : perTry;
  if (announce && announced > 0) headers.set('x-envoy-expected-rq-timeout-ms', String(announced));
  return { global, perTry };
}

function take(headers: RequestHeaders, name: string): string | undefined {
  const value = headers.get(name);
  if (value !== undefined) headers.remove(name);
  return value;
}

function parse(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
