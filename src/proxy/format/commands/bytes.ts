import type { RequestHeaders, ResponseHeaders } from '../../http/headers.ts';
import { type Command, plain } from '../command.ts';

/** Names and values with pseudo-headers; a message that broke off before its scheme was known has none. */
function requestBytes(headers: RequestHeaders | undefined): number {
  if (!headers) return 0;
  let bytes = headers.byteSize;
  if (headers.method !== '') bytes += ':method'.length + headers.method.length;
  if (headers.path !== '') bytes += ':path'.length + headers.path.length;
  if (headers.authority !== undefined)
    bytes += ':authority'.length + headers.authority.length + ':scheme'.length + headers.scheme.length;
  return bytes;
}

function responseBytes(headers: ResponseHeaders | undefined): number {
  return headers ? headers.byteSize + ':status'.length + String(headers.status).length : 0;
}

export const byteCommands: readonly Command[] = [
  plain('BYTES_RECEIVED', ({ info }) => info.bytesReceived),
  plain('BYTES_SENT', ({ info }) => info.bytesSent),
  plain('REQUEST_HEADERS_BYTES', ({ request }) => requestBytes(request)),
  plain('RESPONSE_HEADERS_BYTES', ({ response }) => responseBytes(response)),
  plain('RESPONSE_TRAILERS_BYTES', ({ trailers }) => trailers?.byteSize ?? 0),
  plain('DOWNSTREAM_WIRE_BYTES_RECEIVED', ({ info }) => info.wireBytesReceived),
  plain('DOWNSTREAM_WIRE_BYTES_SENT', ({ info }) => info.wireBytesSent),
  plain('DOWNSTREAM_HEADER_BYTES_RECEIVED', ({ info }) => info.requestHeaderBytes),
  plain('DOWNSTREAM_HEADER_BYTES_SENT', ({ info }) => info.responseHeaderBytes),
  // Without HPACK the decompressed sizes are the sizes.
  plain('DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED', ({ info }) => info.requestHeaderBytes),
  plain('DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT', ({ info }) => info.responseHeaderBytes),
  plain('UPSTREAM_WIRE_BYTES_RECEIVED', ({ info }) => info.upstreamMeter?.wireBytesReceived ?? 0),
  plain('UPSTREAM_WIRE_BYTES_SENT', ({ info }) => info.upstreamMeter?.wireBytesSent ?? 0),
  plain('UPSTREAM_HEADER_BYTES_RECEIVED', ({ info }) => info.upstreamMeter?.headerBytesReceived ?? 0),
  plain('UPSTREAM_HEADER_BYTES_SENT', ({ info }) => info.upstreamMeter?.headerBytesSent ?? 0),
  plain(
    'UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED',
    ({ info }) => info.upstreamMeter?.headerBytesReceived ?? 0,
  ),
  plain('UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT', ({ info }) => info.upstreamMeter?.headerBytesSent ?? 0),
  // QUIC only.
  plain('BYTES_RETRANSMITTED', () => 0),
  plain('PACKETS_RETRANSMITTED', () => 0),
];
