import type { Socket } from 'node:net';
import type { TLSSocket, TLSSocketOptions } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import type { TlsInfo } from '../../http/stream-info.ts';
import type {
  CertificateDetails,
  DownstreamTransport,
  DownstreamTransportExtension,
  TransportContext,
  TransportEvents,
} from '../transport-socket.ts';
import { describeConnection } from './connection-facts.ts';
import { type DownstreamContext, readDownstreamContext } from './downstream-context.ts';
import { withKeyUsage } from './key-usage.ts';
import { loadTls } from './node-tls.ts';
import { offeredProtocols } from './protocols.ts';
import { ResolvedContext } from './resolved-context.ts';
import { SslStats } from './stats.ts';
import { supported } from './supported.ts';
import { handshakeFailureText, isTlsError, noCertificateText, verifyFailureText } from './tls-error.ts';
import { Certificate } from './x509/certificate.ts';

type DownstreamTlsContext = envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;

/** TLS towards clients, on node:tls. What Envoy verifies is verified here, and not by Node. */
class DownstreamTls implements DownstreamTransport {
  readonly encrypted = true;
  readonly #stats: SslStats;
  readonly #protocols: readonly string[];
  #context: DownstreamContext | undefined;

  constructor(config: DownstreamTlsContext, { server, scope }: TransportContext) {
    const common = config.common_tls_context ?? {};
    this.#stats = new SslStats(scope, 'server', server.control.verbatimScope(scope.prefix.slice(0, -1)));
    const ticketKeys = server.ticketKeys?.();
    const resolved = new ResolvedContext(common, server.secrets);
    const read = (): DownstreamContext | undefined => {
      const found = resolved.read();
      return found && readDownstreamContext(config, found, server, this.#stats, ticketKeys);
    };
    this.#context = read();
    this.#stats.contextUpdate.add(this.#context === undefined ? 0 : resolved.dynamic);
    resolved.use(() => {
      this.#context = read();
      this.#stats.contextUpdate.inc();
    });
    this.#protocols = offeredProtocols(common.alpn_protocols ?? []);
  }

  get certificates(): readonly CertificateDetails[] {
    return this.#context?.contexts.certificates ?? [];
  }

  get authorities(): readonly CertificateDetails[] {
    const details = this.#context?.validator.details;
    return details === undefined ? [] : [details];
  }

  wrap(socket: Socket, events: TransportEvents, offered?: readonly string[]): Socket {
    const { TLSSocket: Wrapper } = loadTls();
    const context = this.#context;
    if (context === undefined) {
      this.#stats.secretsNotReady.inc();
      socket.destroy();
      return socket;
    }
    const secure = new Wrapper(socket, this.#optionsFor(context, offered));
    if (context.contexts.certificates.length > 1) context.contexts.chooseFor(secure);
    let ready = false;
    secure.once('secure', () => {
      const peer = Certificate.ofPeer(secure.getPeerX509Certificate());
      const verdict = withKeyUsage(secure, peer, 'server', this.#stats, () => {
        const { failure, validated } = this.#verify(context, secure, peer);
        return { failure: failure && verifyFailureText(failure), validated };
      });
      if (verdict.failure !== undefined) {
        events.onFailure(verdict.failure);
        // Node has no way to send the alert that would say why.
        secure.destroy();
        return;
      }
      ready = true;
      events.onReady(this.#describe(context, secure, peer, verdict.validated));
    });
    secure.on('error', (error: NodeJS.ErrnoException) => {
      if (!ready) this.#onFailure(error, socket.bytesRead, events);
      if (error.code === 'ERR_SSL_WRONG_VERSION_NUMBER' && socket.bytesWritten === 0) {
        socket.write(versionAlert);
      }
      secure.destroy();
    });
    return secure;
  }

  /** Envoy goes on without ALPN where nothing of it is shared; OpenSSL would refuse the client. */
  #optionsFor(context: DownstreamContext, offered: readonly string[] | undefined): TLSSocketOptions {
    const { contexts } = context;
    const ours = this.#protocols;
    const shared = offered === undefined || offered.some((protocol) => ours.includes(protocol));
    return {
      isServer: true,
      secureContext: contexts.initial,
      requestCert: context.validator.verifies,
      rejectUnauthorized: context.requiresCertificate,
      ...(ours.length > 0 && shared && { ALPNProtocols: [...ours] }),
      // Without it Node asks for no certificate once the ClientHello is there.
      ...(contexts.certificates.length > 1 && { SNICallback: keepCertificate }),
    };
  }

  /** A session that is taken up again was verified when it began. */
  #verify({ validator }: DownstreamContext, secure: TLSSocket, peer: Certificate | undefined) {
    if (peer === undefined) return { failure: undefined, validated: false };
    if (secure.isSessionReused()) return { failure: undefined, validated: validator.verifies };
    return validator.verify(secure, peer, {}, this.#stats);
  }

  #onFailure(error: NodeJS.ErrnoException, received: number, events: TransportEvents): void {
    if (error.code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') {
      this.#stats.failVerifyNoCert.inc();
      events.onFailure(noCertificateText);
      return;
    }
    // A client that goes away counts, too, as long as it was Node that read it.
    this.#stats.connectionError.inc();
    if (isTlsError(error)) events.onFailure(handshakeFailureText(error, 'server', received));
  }

  #describe(
    { contexts, validator }: DownstreamContext,
    socket: TLSSocket,
    peer: Certificate | undefined,
    peerValidated: boolean,
  ): TlsInfo {
    // Node tells the server's name for a client that sent one, false for one that did not.
    const { servername } = socket as TLSSocket & { servername?: string | false };
    const [first] = contexts.certificates;
    const used = contexts.certificates.length > 1 ? socket.getX509Certificate() : undefined;
    const own = used && contexts.certificates.find(({ facts }) => facts.x509.raw.equals(used.raw));
    const tls = describeConnection(socket, 'server', servername || undefined, {
      peer,
      // A session that is taken up again brings no chain.
      peerIssuer: socket.isSessionReused() ? undefined : peer && validator.issuerOf(peer),
      own: (own ?? first)?.facts,
      peerValidated,
    });
    this.#stats.onHandshake(tls, socket.isSessionReused(), peer);
    return tls;
  }
}

/** What BoringSSL says to bytes that are neither TLS nor HTTP (RFC 5246, 7.2: fatal, protocol_version); OpenSSL says nothing. */
const versionAlert = Buffer.from('15030100020246', 'hex');

function keepCertificate(_name: string, callback: (error: Error | null) => void): void {
  callback(null);
}

export const downstreamTlsExtension: DownstreamTransportExtension = {
  name: 'envoy.transport_sockets.tls',
  type: 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
  supported,
  configure: (config, context) => new DownstreamTls(config as DownstreamTlsContext, context),
};
