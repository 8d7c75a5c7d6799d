import type { RequestHeaders } from '../../http/headers.ts';
import { ProtocolError } from '../codec.ts';
import { hasToken } from './connection-field.ts';
import { dropUpgrade, type IgnoresUpgrade } from './dropped-upgrade.ts';
import { lengthAndTransferEncoding, unsupportedTransferEncoding } from './errors.ts';
import type { Framing } from './field-lines.ts';
import { Body } from './message-parser.ts';
import type { Http1ServerOptions } from './options.ts';

/**
 * How many bytes of body follow a request's head, or one of `Body` (RFC 9112 §6.3). Drops a content-length that a
 * transfer coding overrules, and the words of an upgrade that is not to be: to h2c, which is not offered, and to what
 * `ignore_http_11_upgrade` matches.
 * @throws ProtocolError
 */
export function requestBody(
  headers: RequestHeaders,
  method: string,
  framing: Framing,
  { allowChunkedLength, ignoresUpgrade }: Http1ServerOptions,
): number {
  const { chunked, contentLength, transferEncoding } = framing;
  const raw = framing.hasConnection && framing.hasUpgrade && asksForUpgrade(headers, ignoresUpgrade);
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
function asksForUpgrade(headers: RequestHeaders, ignores: IgnoresUpgrade | undefined): boolean {
  return hasToken(headers.get('connection'), 'upgrade') && !dropUpgrade(headers, ignores);
}
