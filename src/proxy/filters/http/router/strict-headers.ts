import { trimAscii } from '../../../http/ascii.ts';
import type { LocalReply } from '../../../http/filter.ts';
import type { RequestHeaders } from '../../../http/headers.ts';

const retryOn = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'http3-post-connect-failure',
]);
const retryGrpcOn = new Set([
  'cancelled',
  'deadline-exceeded',
  'resource-exhausted',
  'unavailable',
  'internal',
]);

const integer = (value: string): boolean => /^\d+$/.test(value);
const each =
  (known: ReadonlySet<string>) =>
  (value: string): boolean =>
    value.split(',').every((word) => known.has(trimAscii(word)));

const checks: Readonly<Record<string, (value: string) => boolean>> = {
  'x-envoy-upstream-rq-timeout-ms': integer,
  'x-envoy-upstream-rq-per-try-timeout-ms': integer,
  'x-envoy-max-retries': integer,
  'x-envoy-retry-on': each(retryOn),
  'x-envoy-retry-grpc-on': each(retryGrpcOn),
};

/** `strict_check_headers`: answers 400 to a request whose x-envoy- field makes no sense. */
export function checkStrictHeaders(
  headers: RequestHeaders,
  names: readonly string[],
): LocalReply | undefined {
  for (const name of names) {
    const value = headers.get(name);
    if (value === undefined || checks[name]?.(value) !== false) continue;
    return {
      status: 400,
      body: `invalid header '${name}' with value '${value}'`,
      details: `request_headers_failed_strict_check{${name}}`,
      flag: 'IH',
    };
  }
  return undefined;
}

/** What clients tell the router, which goes no further. */
const controlFields = new Set([
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-max-retries',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
  'x-envoy-retry-grpc-on',
  'x-envoy-retry-on',
  'x-envoy-upstream-stream-duration-ms',
]);

export function removeControlFields(headers: RequestHeaders): void {
  const { names } = headers;
  for (let i = names.length - 1; i >= 0; i--) {
    const name = names[i]!;
    if (name.startsWith('x-envoy-') && controlFields.has(name)) headers.removeAt(i);
  }
}
