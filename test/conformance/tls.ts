import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, type SecureVersion, TLSSocket } from 'node:tls';
import type { Identity } from './mint.ts';

/** TLS that an upstream speaks. */
export interface UpstreamTls {
  readonly identity: Identity;
  /** Sent after the certificate. */
  readonly chain?: readonly Identity[];
  /** A client must show a certificate that one of these has signed. */
  readonly clientsBy?: readonly Identity[];
  readonly alpn?: readonly string[];
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  readonly ciphers?: string;
}

/** What an upstream learnt in a handshake. */
export interface UpstreamTlsView {
  readonly serverName: string | false | null;
  readonly version: string | null;
  readonly alpn: string | false | null;
  readonly client: string | undefined;
}

/** PEM of a certificate and those behind it. */
export function chainOf(identity: Identity, chain: readonly Identity[] = []): string {
  return [identity, ...chain].map(({ cert }) => cert).join('');
}

/** One for all connections: tickets of the first are good for the second. */
const contexts = new WeakMap<UpstreamTls, SecureContext>();

function contextOf(options: UpstreamTls): SecureContext {
  const known = contexts.get(options);
  if (known !== undefined) return known;
  const { identity, chain, clientsBy, minVersion, maxVersion, ciphers } = options;
  const context = createSecureContext({
    cert: chainOf(identity, chain),
    key: identity.key,
    ca: (clientsBy ?? []).map(({ cert }) => cert),
    sessionIdContext: 'upstream',
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
    ...(ciphers && { ciphers }),
  });
  contexts.set(options, context);
  return context;
}

/** Puts TLS on an accepted socket; `onOpen` is called once there is a handshake. */
export function acceptTls(
  socket: Socket,
  options: UpstreamTls,
  onOpen: (secure: Socket, view: UpstreamTlsView) => void,
): void {
  const { clientsBy, alpn } = options;
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: contextOf(options),
    requestCert: clientsBy !== undefined,
    rejectUnauthorized: clientsBy !== undefined,
    ...(alpn && { ALPNProtocols: [...alpn] }),
  });
  secure.on('error', () => secure.destroy());
  secure.once('secure', () => {
    const { servername } = secure as TLSSocket & { servername?: string | false };
    onOpen(secure, {
      serverName: servername ?? null,
      version: secure.getProtocol(),
      alpn: secure.alpnProtocol,
      client: secure.getPeerX509Certificate()?.subject,
    });
  });
}
