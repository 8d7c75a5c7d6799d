import type { TLSSocket } from 'node:tls';
import type { SslStats } from './stats.ts';
import { keyUsageFailureText } from './tls-error.ts';
import type { Verdict } from './validation.ts';
import type { Certificate } from './x509/certificate.ts';

/**
 * Judges the peer of a handshake that is over by `verify`, and by whether its certificate allows what the handshake did with its
 * key (RFC 5280 §4.2.1.3). BoringSSL looks at that before it verifies in TLS 1.3, and after that in earlier versions; of a
 * session that is taken up again not at all. A failure is the whole of Envoy's text, and this one is counted here.
 *
 * @param side which one we are
 */
export function withKeyUsage(
  secure: TLSSocket,
  peer: Certificate | undefined,
  side: 'client' | 'server',
  stats: SslStats,
  verify: () => Verdict,
): Verdict {
  if (peer === undefined || secure.isSessionReused() || peer.allows(keyUse(secure, side))) return verify();
  const verdict = secure.getProtocol() === 'TLSv1.3' ? undefined : verify();
  if (verdict?.failure !== undefined) return verdict;
  stats.connectionError.inc();
  return { failure: keyUsageFailureText, validated: false };
}

/** A peer signs, unless it is a server that a client encrypts a secret for (RFC 5246 §7.4.7.1). */
function keyUse(secure: TLSSocket, side: 'client' | 'server'): 'digitalSignature' | 'keyEncipherment' {
  const encrypts = side === 'client' && secure.getCipher().standardName.startsWith('TLS_RSA_');
  return encrypts ? 'keyEncipherment' : 'digitalSignature';
}
