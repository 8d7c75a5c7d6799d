import { isIP } from 'node:net';

/** An address that one host may have: not the unspecified one, no broadcast, no multicast. */
export function isUnicast(address: string): boolean {
  if (isIP(address) === 6) return address !== '::' && !address.startsWith('ff');
  const first = Number(address.split('.')[0]);
  return address !== '0.0.0.0' && address !== '255.255.255.255' && !(first >= 224 && first < 240);
}
