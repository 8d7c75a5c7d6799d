import { type ResponseFlag, responseFlags, type StreamInfo } from '../../http/stream-info.ts';
import { type Command, plain } from '../command.ts';

/** What `%RESPONSE_FLAGS_LONG%` prints for each flag. */
export const longFlags: Readonly<Record<ResponseFlag, string>> = {
  LH: 'FailedLocalHealthCheck',
  UH: 'NoHealthyUpstream',
  UT: 'UpstreamRequestTimeout',
  LR: 'LocalReset',
  UR: 'UpstreamRemoteReset',
  UF: 'UpstreamConnectionFailure',
  UC: 'UpstreamConnectionTermination',
  UO: 'UpstreamOverflow',
  NR: 'NoRouteFound',
  DI: 'DelayInjected',
  FI: 'FaultInjected',
  RL: 'RateLimited',
  UAEX: 'UnauthorizedExternalService',
  RLSE: 'RateLimitServiceError',
  DC: 'DownstreamConnectionTermination',
  URX: 'UpstreamRetryLimitExceeded',
  SI: 'StreamIdleTimeout',
  IH: 'InvalidEnvoyRequestHeaders',
  DPE: 'DownstreamProtocolError',
  UMSDR: 'UpstreamMaxStreamDurationReached',
  RFCF: 'ResponseFromCacheFilter',
  NFCF: 'NoFilterConfigFound',
  DT: 'DurationTimeout',
  UPE: 'UpstreamProtocolError',
  NC: 'NoClusterFound',
  OM: 'OverloadManagerTerminated',
  DF: 'DnsResolutionFailed',
  DO: 'DropOverload',
  DR: 'DownstreamRemoteReset',
};

/** All flags in Envoy's order, joined with commas; `-` when there is none, also where absent values are omitted. */
function flagsText(info: StreamInfo, print: (flag: ResponseFlag) => string): string {
  if (info.flags.size === 0) return '-';
  return responseFlags
    .filter((flag) => info.flags.has(flag))
    .map(print)
    .join(',');
}

/** Facts of the stream and its connection that are one word. */
export const streamCommands: readonly Command[] = [
  plain('PROTOCOL', ({ info }) => info.protocol),
  plain('RESPONSE_CODE', ({ info }) => info.responseCode ?? 0),
  {
    name: 'RESPONSE_CODE_DETAILS',
    parameter: 'optional',
    compile: (parameter) =>
      parameter === 'ALLOW_WHITESPACES'
        ? ({ info }) => info.responseCodeDetails
        : ({ info }) => info.responseCodeDetails?.replace(/[\t-\r ]/g, '_'),
  },
  plain('RESPONSE_FLAGS', ({ info }) => flagsText(info, (flag) => flag)),
  plain('RESPONSE_FLAGS_LONG', ({ info }) => flagsText(info, (flag) => longFlags[flag])),
  plain('CONNECTION_TERMINATION_DETAILS', ({ info }) => info.connectionTerminationDetails),
  plain('ROUTE_NAME', ({ info }) => info.routeName || undefined),
  // A config with virtual clusters is refused, so there is never one to name.
  plain('VIRTUAL_CLUSTER_NAME', () => undefined),
  plain('CONNECTION_ID', ({ info }) => info.connection.id),
  plain('STREAM_ID', ({ info }) => info.requestId),
  plain('LISTENER_NAME', ({ info }) => info.connection.listenerName || undefined),
  plain('FILTER_CHAIN_NAME', ({ info }) => info.connection.filterChainName || undefined),
  plain('LOCAL_REPLY_BODY', ({ localReplyBody }) => localReplyBody ?? ''),
  plain('ACCESS_LOG_TYPE', ({ accessLogType }) => accessLogType ?? 'NotSet'),
  plain('CUSTOM_FLAGS', () => ''),
  plain('DOWNSTREAM_DETECTED_CLOSE_TYPE', ({ info }) => info.closeType ?? 'Normal'),
  plain('DOWNSTREAM_LOCAL_CLOSE_REASON', ({ info }) => info.localCloseReason || undefined),
  // Only listener access logs see it.
  plain('DOWNSTREAM_TRANSPORT_FAILURE_REASON', ({ info }) =>
    info.connection.transportFailure?.replaceAll(' ', '_'),
  ),
  // There is no tracing, so no request has a trace.
  plain('TRACE_ID', () => undefined),
  plain('SPAN_ID', () => undefined),
];
