import { isIP } from 'node:net';
import type { RequestHeaders } from '../../http/headers.ts';
import { ProtocolError } from '../codec.ts';
import { authorityByte } from './characters.ts';

/** `scheme://user@host:port` and what follows: Envoy drops the user and leaves path, query and fragment alone. */
const absoluteForm =
  /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:[^/?#@[\]]*@)?((?:\[([0-9A-Fa-f:.]+)\]|[A-Za-z0-9.-]+)(?::([0-9]+))?)([/?].*)?$/;
/** A host, or an address in brackets, and a port. */
const authorityForm = /^(?:\[([0-9A-Fa-f:.]+)\]|[A-Za-z0-9.-]+):([0-9]+)$/;

/**
 * Puts a request target (RFC 9112 §3.2) where the rest of the data plane looks for it: `path`, and from an
 * absolute URL or a CONNECT also `authority` and `scheme`, which overrule the Host field.
 * @throws ProtocolError
 */
export function applyTarget(
  headers: RequestHeaders,
  method: string,
  target: string,
  allowAbsoluteUrl: boolean,
): void {
  const first = target.charCodeAt(0);
  if (method === 'CONNECT') {
    const parts = authorityForm.exec(target);
    if (parts === null || !isHost(parts[1], parts[2])) throw invalidUrl();
    headers.authority = target;
    return;
  }
  if (first === 47 || (first === 42 && method === 'OPTIONS') || !allowAbsoluteUrl) {
    headers.path = target;
    return;
  }
  const parts = absoluteForm.exec(target);
  if (parts === null || !isHost(parts[3], parts[4])) throw invalidUrl();
  const scheme = parts[1]!.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') {
    throw new ProtocolError('http/1.1 protocol error: invalid scheme', 'http1.invalid_scheme');
  }
  headers.authority = parts[2]!;
  headers.scheme = scheme;
  headers.path = parts[5] ?? '/';
}

/** Bytes RFC 3986 allows in an authority, user info included; the empty string passes. */
export function isAuthority(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (authorityByte[text.charCodeAt(i)] === 0) return false;
  return true;
}

/** `bracketed`: what stands in brackets; to Envoy an IPv4 address may, too. */
function isHost(bracketed: string | undefined, port = '0'): boolean {
  return (bracketed === undefined || isIP(bracketed) !== 0) && Number(port) <= 65_535;
}

function invalidUrl(): ProtocolError {
  return new ProtocolError('http/1.1 protocol error: invalid url in request line', 'http1.invalid_url');
}
