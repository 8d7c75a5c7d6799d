import { getGrpcTimeout, setGrpcTimeout } from '../../../http/grpc.ts';
import type { RequestHeaders } from '../../../http/headers.ts';
import type { ForwardAction } from '../../../route/route.ts';

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
  route: Pick<ForwardAction, 'timeoutMs' | 'durations'>,
  grpc: boolean,
  announce: boolean,
  respectExpected: boolean,
): RequestTimeouts {
  const { durations } = route;
  let global = route.timeoutMs;
  const grpcMax = grpc && durations?.stream === undefined ? durations?.maxGrpcTimeout : undefined;
  if (durations?.stream !== undefined) global = 0;
  else if (grpcMax !== undefined) global = grpcGlobal(headers, grpcMax, durations?.grpcTimeoutOffset ?? 0);
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
  if (announced > 0) {
    if (announce) headers.set('x-envoy-expected-rq-timeout-ms', String(announced));
    if (grpcMax !== undefined) setGrpcTimeout(headers, announced);
  }
  return { global, perTry };
}

/** The deprecated way to obey `grpc-timeout`. */
function grpcGlobal(headers: RequestHeaders, max: number, offset: number): number {
  let timeout = getGrpcTimeout(headers) ?? 0;
  // An offset that leaves nothing is not taken off: 0 is without limit.
  if (offset < timeout) timeout -= offset;
  return max !== 0 && (timeout === 0 || timeout > max) ? max : timeout;
}

function take(headers: RequestHeaders, name: string): string | undefined {
  const value = headers.get(name);
  if (value !== undefined) headers.remove(name);
  return value;
}

function parse(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
