import { getGrpcTimeout, isGrpcRequest, setGrpcTimeout } from '../../../http/grpc.ts';
import type { RequestHeaders } from '../../../http/headers.ts';
import type { StreamDurations } from '../../../route/action/stream-durations.ts';

/**
 * How long a stream may take in all once its route is known, ms; undefined: as long as it likes. Tells the upstream of it in
 * `grpc-timeout`. Envoy's ActiveStream::refreshDurationTimeout (source/common/http/conn_manager_impl.cc).
 */
export function streamDuration(
  headers: RequestHeaders,
  route: StreamDurations | undefined,
  ofManager: number,
): number | undefined {
  const stream = route?.stream;
  const max = stream?.grpcTimeoutHeaderMax;
  const grpcTimeout = max === undefined ? undefined : getGrpcTimeout(headers);
  let duration: number;
  if (max !== undefined && grpcTimeout !== undefined) {
    duration = max !== 0 ? Math.min(grpcTimeout, max) : grpcTimeout;
    duration = Math.max(0, duration - (stream?.grpcTimeoutHeaderOffset ?? 0));
  } else {
    duration = stream?.max ?? ofManager;
    if (duration === 0) return undefined;
  }
  if (stream !== undefined && isGrpcRequest(headers)) setGrpcTimeout(headers, duration);
  return duration;
}
