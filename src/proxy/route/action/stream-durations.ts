import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';

/** What a route says of how long its requests may take, beside `timeout`; ms, undefined where it says nothing. */
export interface StreamDurations {
  /** `max_stream_duration`; undefined without one: the deprecated fields hold, and `timeout`. */
  readonly stream: MaxStreamDuration | undefined;
  /** `max_grpc_timeout` (deprecated): `grpc-timeout` is the request's timeout, up to this; 0: without limit. */
  readonly maxGrpcTimeout: number | undefined;
  /** `grpc_timeout_offset` (deprecated): taken off `grpc-timeout`. */
  readonly grpcTimeoutOffset: number | undefined;
}

/** RouteAction.MaxStreamDuration; 0: without limit. */
export interface MaxStreamDuration {
  readonly max: number | undefined;
  /** `grpc-timeout` is a stream's duration, up to this. */
  readonly grpcTimeoutHeaderMax: number | undefined;
  readonly grpcTimeoutHeaderOffset: number | undefined;
}

/** Undefined when the route says nothing of them. */
export function compileDurations(action: envoy.config.route.v3.RouteAction): StreamDurations | undefined {
  const { max_stream_duration: stream, max_grpc_timeout, grpc_timeout_offset } = action;
  if (stream === undefined && max_grpc_timeout === undefined && grpc_timeout_offset === undefined)
    return undefined;
  return {
    stream: stream && {
      max: stream.max_stream_duration,
      grpcTimeoutHeaderMax: stream.grpc_timeout_header_max,
      grpcTimeoutHeaderOffset: stream.grpc_timeout_header_offset,
    },
    maxGrpcTimeout: max_grpc_timeout,
    grpcTimeoutOffset: grpc_timeout_offset,
  };
}

export const durationSupport: SupportTable = {
  'envoy.config.route.v3.RouteAction.MaxStreamDuration': fields(
    'max_stream_duration',
    'grpc_timeout_header_max',
    'grpc_timeout_header_offset',
  ),
};
