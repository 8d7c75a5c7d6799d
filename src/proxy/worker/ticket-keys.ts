import { hkdfSync } from 'node:crypto';

/** Keys of TLS session tickets, certificate by certificate: the same sequence wherever the secret is the same. */
export function ticketKeySource(secret: Uint8Array): () => Buffer {
  let certificates = 0;
  return () => Buffer.from(hkdfSync('sha256', secret, '', `certificate ${certificates++}`, 48));
}
