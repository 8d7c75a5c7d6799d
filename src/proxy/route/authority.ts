import type { RequestHeaders } from '../http/headers.ts';

/** Where the port starts in a host (`:` included), or -1. IPv6 addresses are in brackets. */
export function portStart(host: string): number {
  const colon = host.lastIndexOf(':');
  if (colon < 0) return -1;
  // `[::1]` has colons and no port.
  if (host.charCodeAt(0) === 0x5b && host.lastIndexOf(']') > colon) return -1;
  return colon;
}

export interface AuthorityUpdate {
  /** Add the old host to x-forwarded-host. */
  readonly appendForwardedHost: boolean;
  /** Keep the old host in x-envoy-original-host, unless one is there. */
  readonly keepOriginal: boolean;
}

/** Gives the request another host, as Envoy's Utility::updateAuthority does. */
export function updateAuthority(headers: RequestHeaders, host: string, update: AuthorityUpdate): void {
  const old = headers.authority ?? '';
  if (update.keepOriginal && old !== '') headers.set('x-envoy-original-host', old);
  if (update.appendForwardedHost && old !== '') {
    const forwarded = headers.get('x-forwarded-host');
    headers.set('x-forwarded-host', forwarded === undefined ? old : `${forwarded},${old}`);
  }
  headers.authority = host;
}
