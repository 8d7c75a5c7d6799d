import type { ResponseHeaders } from '../../http/headers.ts';
import { isUpgrade } from '../../http/upgrade.ts';
import { ProtocolError } from '../codec.ts';
import { dropUpgrade } from './dropped-upgrade.ts';
import { codecError, lengthAndTransferEncoding, unsupportedTransferEncoding } from './errors.ts';
import type { Framing } from './field-lines.ts';
import { Body } from './message-parser.ts';
import type { Http1ClientOptions } from './options.ts';

/** What of a request bears on how its response is read. */
interface Asked {
  readonly method: string;
  /** It asked for an upgrade or a tunnel. */
  readonly tunnels: boolean;
}

/**
 * How many bytes of body follow a response's head, or one of `Body` (RFC 9112 §6.3). Drops a content-length that a
 * transfer coding overrules, and one of 0 where none may stand.
 * @throws ProtocolError
 */
export function responseBody(
  headers: ResponseHeaders,
  { method, tunnels }: Asked,
  { contentLength, transferEncoding, chunked }: Framing,
  { allowChunkedLength, ignoresUpgrade }: Http1ClientOptions,
): number {
  const { status } = headers;
  const upgrades = tunnels && isUpgrade(headers) && !dropUpgrade(headers, ignoresUpgrade);
  const bodiless = (status >= 100 && status < 200) || status === 204 || status === 304;
  if (!Number.isFinite(contentLength) && !chunked && !bodiless) throw codecError('UNPARSABLE_CONTENT_LENGTH');
  if (transferEncoding !== undefined) {
    if (contentLength !== -1) {
      if (!chunked || !allowChunkedLength) throw lengthAndTransferEncoding();
      headers.remove('content-length');
    }
    if (transferEncoding.toLowerCase() !== 'chunked') throw unsupportedTransferEncoding();
  }
  if (status < 200 || status === 204) {
    if (transferEncoding !== undefined) throw notAllowed('transfer encoding', 'transfer_encoding');
    if (contentLength !== -1 && headers.get('content-length') !== '0') {
      throw notAllowed('content length', 'content_length');
    }
    headers.remove('content-length');
  }
  if (tunnels) {
    const tunnel = method === 'CONNECT' ? status >= 200 && status < 300 : upgrades;
    if (tunnel) return Body.raw;
  }
  if (bodiless || method === 'HEAD') return 0;
  if (chunked) return Body.chunked;
  return contentLength === -1 ? Body.untilClose : contentLength;
}

function notAllowed(what: string, name: string): ProtocolError {
  return new ProtocolError(
    `http/1.1 protocol error: ${what} not allowed in 1xx or 204`,
    `http1.${name}_not_allowed`,
  );
}
