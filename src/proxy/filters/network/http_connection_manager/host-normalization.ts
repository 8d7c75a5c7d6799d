import type { RequestHeaders } from '../../../http/headers.ts';

/** `strip_any_host_port`, `strip_matching_host_port`. */
export type StripPort = 'none' | 'matching' | 'any';

/** Drops a trailing dot and a port of the host, as configured. */
export function normalizeHost(
  headers: RequestHeaders,
  stripPort: StripPort,
  stripTrailingDot: boolean,
  listenerPort: number,
): void {
  if (stripTrailingDot) stripHostDot(headers);
  // The host and port of a CONNECT are what it asks for.
  if (stripPort === 'none' || headers.method === 'CONNECT') return;
  const host = headers.authority ?? '';
  const colon = portStart(host);
  if (colon < 0) return;
  const digits = host.slice(colon + 1);
  if (!/^\d+$/.test(digits)) return;
  if (stripPort === 'matching' && Number(digits) !== listenerPort) return;
  headers.authority = host.slice(0, colon);
}

function stripHostDot(headers: RequestHeaders): void {
  const host = headers.authority ?? '';
  const colon = portStart(host);
  const name = colon < 0 ? host : host.slice(0, colon);
  if (!name.endsWith('.')) return;
  headers.authority = name.slice(0, -1) + (colon < 0 ? '' : host.slice(colon));
}

/** Where `:port` begins, -1 without one; the colons of `[::1]` begin none. */
function portStart(host: string): number {
  const colon = host.lastIndexOf(':');
  return colon > host.lastIndexOf(']') ? colon : -1;
}
