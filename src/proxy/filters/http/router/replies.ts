import type { StreamResetReason } from '../../../codec/codec.ts';
import type { LocalReply } from '../../../http/filter.ts';
import type { ResponseHeaders } from '../../../http/headers.ts';
import { resetReasons } from './reset-reason.ts';

/** The router's own answers, in Envoy's words. */

export const routeNotFound: LocalReply = { status: 404, body: '', details: 'route_not_found', flag: 'NR' };

export const noHealthyUpstream: LocalReply = {
  status: 503,
  body: 'no healthy upstream',
  details: 'no_healthy_upstream',
  flag: 'UH',
};

/** More of the request came when its upstream was lost already. */
export const closedPrematurely: LocalReply = {
  status: 503,
  body: 'upstream is closed prematurely during decoding data from downstream',
  details: 'upstream_reset_before_response_started',
};

export function responseTimeout(status: 504 | 204): LocalReply {
  const body = status === 504 ? 'upstream request timeout' : '';
  return { status, body, details: 'response_timeout', flag: 'UT' };
}

/** What a request is answered when its upstream is lost this way. */
export function resetStatus(reason: StreamResetReason): number {
  return reason === 'protocol-error' ? 502 : 503;
}

/** `transportFailure`: what the socket said, empty for nothing; `explain`: x-envoy- fields may be set. */
export function upstreamReset(
  reason: StreamResetReason,
  transportFailure: string,
  responseStarted: boolean,
  explain: boolean,
): LocalReply {
  const { text, flag } = resetReasons[reason];
  const what = transportFailure === '' ? text : `${text}|${transportFailure}`;
  const when = responseStarted ? 'after' : 'before';
  const reply: LocalReply = {
    status: resetStatus(reason),
    body: `upstream connect error or disconnect/reset before headers. reset reason: ${text}`,
    details: `upstream_reset_${when}_response_started{${what.replaceAll(/[\t-\r ]/g, '_')}}`,
    flag,
  };
  if (reason !== 'overflow' || !explain) return reply;
  return { ...reply, modifyHeaders: (headers) => headers.set('x-envoy-overloaded', 'true') };
}

/** A rewrite gave CONNECT a path, which only an extended one has (RFC 8441 §4). */
export const missingProtocol: LocalReply = {
  status: 503,
  body: 'missing required header: :protocol',
  details: 'filter_removed_required_request_headers{missing_required_header:_:protocol}',
  flag: 'DPE',
};

/** Hands down the head of an upstream's answer to an upgrade it did not agree to. */
export function upgradeDeclined({ status, names, values }: ResponseHeaders): LocalReply {
  return {
    status,
    body: '',
    details: 'websocket_handshake_unsuccessful',
    modifyHeaders(headers) {
      for (let i = 0; i < names.length; i++) headers.add(names[i]!, values[i]!);
    },
  };
}

/** `include_attempt_count_in_response`. */
export function withAttemptCount(reply: LocalReply, attempts: number): LocalReply {
  return {
    ...reply,
    modifyHeaders(headers) {
      reply.modifyHeaders?.(headers);
      headers.set('x-envoy-attempt-count', String(attempts));
    },
  };
}
