import type { LocalReply } from './filter.ts';
import type { FilterManagerCallbacks } from './filter-manager.ts';
import { grpcStatusOf, hasGrpcContentType } from './grpc.ts';
import { type RequestHeaders, ResponseHeaders } from './headers.ts';
import type { StreamInfo } from './stream-info.ts';

/** Text (a byte string: latin1) and type of a local reply's body. */
export interface LocalReplyBody {
  body: string;
  contentType: string;
}

/** `local_reply_config`: changes status, headers and body of every local reply, in place. */
export type LocalReplyRewriter = (
  request: RequestHeaders | undefined,
  response: ResponseHeaders,
  info: StreamInfo,
  body: LocalReplyBody,
) => void;

/** Makes an answer of ours, without `date` and `server`: the connection manager adds those to every response. */
export function buildLocalReply(
  reply: LocalReply,
  stream: FilterManagerCallbacks,
): { headers: ResponseHeaders; body: string } {
  const headers = new ResponseHeaders();
  headers.status = reply.status;
  const { requestHeaders, streamInfo } = stream;
  const route = stream.route();
  if (route?.forward !== undefined && requestHeaders !== undefined) {
    route.finalizeResponseHeaders(headers, requestHeaders, streamInfo);
  }
  reply.modifyHeaders?.(headers);
  streamInfo.responseCode = reply.status;
  const text: LocalReplyBody = { body: reply.body, contentType: 'text/plain' };
  let customType = false;
  if (stream.localReplyRewriter !== undefined) {
    const before = headers.get('content-type');
    stream.localReplyRewriter(requestHeaders, headers, streamInfo, text);
    customType = headers.get('content-type') !== before;
  }
  if (hasGrpcContentType(requestHeaders))
    return { headers: grpcReply(headers, text.body, reply.grpcStatus), body: '' };
  if (text.body === '') {
    headers.remove('content-length');
    headers.remove('content-type');
  } else {
    headers.set('content-length', String(text.body.length));
    if (!headers.has('content-type') || (text.body !== reply.body && !customType)) {
      headers.set('content-type', text.contentType);
    }
  }
  return { headers, body: requestHeaders?.method === 'HEAD' ? '' : text.body };
}

/** Trailers only: gRPC's own way to say it failed. */
function grpcReply(headers: ResponseHeaders, body: string, grpcStatus: number | undefined): ResponseHeaders {
  const code = grpcStatus ?? grpcStatusOf(headers.status);
  headers.status = 200;
  headers.set('content-type', 'application/grpc');
  if (!headers.has('grpc-status')) headers.set('grpc-status', String(code));
  if (body !== '') headers.set('grpc-message', percentEncode(body));
  headers.remove('content-length');
  return headers;
}

function percentEncode(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'latin1')) {
    if (byte >= 0x20 && byte <= 0x7e && byte !== 0x25) encoded += String.fromCharCode(byte);
    else encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
