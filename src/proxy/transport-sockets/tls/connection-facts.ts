import type { TLSSocket } from 'node:tls';
import type { CertificateFacts, TlsInfo } from '../../http/stream-info.ts';
import { readDer, readDerList } from './x509/der.ts';

/** What the certificates of a connection are. */
export interface ConnectionCertificates {
  readonly peer: CertificateFacts | undefined;
  readonly peerIssuer: CertificateFacts | undefined;
  readonly own: CertificateFacts | undefined;
  readonly peerValidated: boolean;
}

/** OpenSSL's names for curves, as BoringSSL calls them. */
const groups: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** What is known of a TLS connection once its handshake is done. `serverName`: what the client asked for. */
export function describeConnection(
  socket: TLSSocket,
  side: 'client' | 'server',
  serverName: string | undefined,
  { peer, peerIssuer, own, peerValidated }: ConnectionCertificates,
): TlsInfo {
  const version = socket.getProtocol() ?? '';
  return {
    version,
    cipher: socket.getCipher().name,
    group: side === 'client' ? groupOf(socket) : undefined,
    serverName,
    alpn: socket.alpnProtocol || undefined,
    // In TLS 1.3 a session has its id only afterwards, with a ticket.
    sessionId: version === 'TLSv1.3' ? undefined : sessionId(socket),
    peer,
    peerIssuer,
    own,
    peerValidated,
  };
}

/** The curve of the key exchange; OpenSSL tells it only a client. */
function groupOf(socket: TLSSocket): string | undefined {
  const info = socket.getEphemeralKeyInfo() as { name?: string } | null;
  const name = info?.name;
  return name && (groups[name] ?? name);
}

/** The fourth field of OpenSSL's SSL_SESSION (ssl/ssl_asn1.c), in hexadecimal. */
function sessionId(socket: TLSSocket): string | undefined {
  const session = socket.getSession();
  if (session === undefined) return undefined;
  const id = readDerList(readDer(session)?.content ?? Buffer.alloc(0))[3]?.content;
  return id?.length ? id.toString('hex') : undefined;
}
