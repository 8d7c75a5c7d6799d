import { trimAscii } from '../../http/ascii.ts';
import type { HeaderMap, RequestHeaders } from '../../http/headers.ts';

const kept = new Set(['close', 'http2-settings', 'keep-alive', 'upgrade']);
const neverNominated = new Set(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']);

/**
 * Drops the fields a request's Connection field names (RFC 9110 §7.6.1), TE when it holds `trailers` excepted.
 * Returns false when the request must be refused: ten or more names, or one whose absence would deceive.
 */
export function sanitizeConnection(headers: RequestHeaders): boolean {
  const value = headers.get('connection');
  if (value === undefined || value === 'keep-alive' || value === 'close') return true;
  const tokens = value.split(',').filter((token) => token !== '');
  if (tokens.length >= 10) return false;
  const removed = new Set<string>();
  for (const token of tokens) {
    const name = trimAscii(token).toLowerCase();
    if (kept.has(name)) continue;
    if (name === 'connection') {
      removed.add(name);
      continue;
    }
    if (neverNominated.has(name) || name.startsWith(':')) return false;
    if (name === 'host') headers.authority = undefined;
    const nominated = headers.get(name);
    if (nominated === undefined) continue;
    if (name === 'te') {
      if (nominated.length >= 256) return false;
      if (hasToken(nominated, 'trailers')) {
        headers.set('te', 'trailers');
        continue;
      }
    }
    removed.add(name);
  }
  if (removed.size === 0) return true;
  const left = tokens.map(trimAscii).filter((token) => !removed.has(token.toLowerCase()));
  for (const name of removed) if (name !== 'connection') headers.remove(name);
  if (left.length === 0) headers.remove('connection');
  else headers.set('connection', left.join(','));
  return true;
}

/** Whether a comma-separated field holds the token, in any case. */
export function hasToken(value: string | undefined, token: string): boolean {
  if (value === undefined || value.length < token.length) return false;
  if (value === token) return true;
  if (!value.includes(',')) return value.toLowerCase() === token;
  return value.split(',').some((part) => trimAscii(part).toLowerCase() === token);
}

/** Whether a message ends its connection (Envoy's HeaderUtility::shouldCloseConnection). */
export function closesConnection(protocol: string, headers: HeaderMap): boolean {
  const connection = headers.get('connection');
  if (protocol === 'HTTP/1.0' && !hasToken(connection, 'keep-alive')) return true;
  if (connection !== undefined && protocol === 'HTTP/1.1' && hasToken(connection, 'close')) return true;
  return hasToken(headers.get('proxy-connection'), 'close');
}
