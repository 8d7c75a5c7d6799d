import { isIP, isIPv4 } from 'node:net';

/**
 * As `net.isIP`, which is asked only what may be an IPv6 address: V8 needs some ms to compile its pattern for them, and every
 * proxy would pay that at its start for names of hosts.
 */
export function ipVersion(text: string | undefined): number {
  if (text === undefined) return 0;
  if (isIPv4(text)) return 4;
  return text.includes(':') ? isIP(text) : 0;
}
