import type { HeaderMap, RequestHeaders } from './headers.ts';

/**
 * What of gRPC a proxy must know: how its messages are told apart, and how they say their status and their timeout
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
 */

/** Whether a message's content type is gRPC's own; `application/grpc-web` is not. */
export function hasGrpcContentType(headers: HeaderMap | undefined): boolean {
  const type = headers?.get('content-type');
  return type !== undefined && /^application\/grpc(?:$|\+)/.test(type);
}

/** Whether a request is one of gRPC. */
export function isGrpcRequest(headers: RequestHeaders): boolean {
  return headers.path !== '' && hasGrpcContentType(headers);
}

/** https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
const ofHttp: ReadonlyMap<number, number> = new Map([
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
]);

/** gRPC's code for an HTTP answer that says nothing itself. */
export function grpcStatusOf(status: number): number {
  return ofHttp.get(status) ?? 2;
}

/** Those of gRPC's codes for which the upstream is to blame. */
const serverErrors = new Set([2, 4, 12, 13, 14, 15]);

/** Whether headers or trailers say a status that speaks well of the upstream. */
export function isGrpcSuccess(headers: HeaderMap): boolean {
  const text = headers.get('grpc-status');
  if (text === undefined || !/^\d+$/.test(text)) return false;
  const code = Number(text);
  return code <= 16 && !serverErrors.has(code);
}

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
};
/** Of the units below one. */
const inOneMs: Readonly<Record<string, number>> = { u: 1000, n: 1_000_000 };
const most = 99_999_999;

/** `grpc-timeout` in whole ms, rounded up; undefined when there is none that makes sense. */
export function getGrpcTimeout(headers: RequestHeaders): number | undefined {
  const parts = /^(\d+)([HMSmun])$/.exec(headers.get('grpc-timeout') ?? '');
  if (parts === null || Number(parts[1]) > most) return undefined;
  const value = Number(parts[1]);
  const ms = unitMs[parts[2]!];
  return ms === undefined ? Math.ceil(value / inOneMs[parts[2]!]!) : value * ms;
}

/** Says a timeout of `ms` in at most eight digits. */
export function setGrpcTimeout(headers: RequestHeaders, ms: number): void {
  let value = ms;
  let unit = 0;
  if (value > most) {
    value = Math.floor(value / 1000);
    unit++;
  }
  while (value > most && unit < 3) {
    value = Math.floor(value / 60);
    unit++;
  }
  headers.set('grpc-timeout', `${Math.min(value, most)}${'mSMH'[unit]}`);
}
