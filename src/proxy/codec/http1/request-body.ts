import type { RequestHeaders } from '../../http/headers.ts';
import { ProtocolError } from '../codec.ts';
import { hasToken } from './connection-field.ts';
import { codecError, lengthAndTransferEncoding, unsupportedTransferEncoding } from './errors.ts';
import type { Framing } from './field-lines.ts';
import { Body } from './message-parser.ts';

/**
 * How many bytes of body follow a request's head, or one of `Body` (RFC 9112 §6.3). Drops a content-length that a
 * transfer coding overrules, and the words of an upgrade to h2c, which is not offered.
 * @throws ProtocolError
 */
export function requestBody(
  headers: RequestHeaders,
  method: string,
  framing: Framing,
  allowChunkedLength: boolean,
): number {
  const { chunked, contentLength, transferEncoding } = framing;
  if (Number.isNaN(contentLength) && !chunked) throw codecError('UNPARSABLE_CONTENT_LENGTH');
  const raw = framing.hasConnection && framing.hasUpgrade && asksForUpgrade(headers);
  if (method === 'CONNECT') refuseTunnelBody(headers, contentLength);
  if (transferEncoding !== undefined) {
    if (headers.has('content-length')) {
      if (!chunked || !allowChunkedLength) throw lengthAndTransferEncoding();
      headers.remove('content-length');
    }
    if (transferEncoding.toLowerCase() !== 'chunked' || method === 'CONNECT')
      throw unsupportedTransferEncoding();
  }
  if (raw || method === 'CONNECT') return Body.raw;
  if (chunked) return Body.chunked;
  return contentLength === -1 ? 0 : contentLength;
}

function refuseTunnelBody(headers: RequestHeaders, contentLength: number): void {
  if (contentLength === -1) return;
  if (headers.get('content-length') !== '0') {
    throw new ProtocolError('http/1.1 protocol error: unsupported content length', 'http1.body_disallowed');
  }
  headers.remove('content-length');
}

/** Whether the connection is to become something else. */
function asksForUpgrade(headers: RequestHeaders): boolean {
  const connection = headers.get('connection');
  if (!hasToken(connection, 'upgrade')) return false;
  if (headers.get('upgrade')?.toLowerCase() !== 'h2c') return true;
  headers.remove('upgrade');
  headers.remove('http2-settings');
  const left = connection!
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && !['upgrade', 'http2-settings'].includes(token.toLowerCase()));
  if (left.length === 0) headers.remove('connection');
  else headers.set('connection', left.join(','));
  return false;
}
