import type { Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import type { PeerNames } from '../../cluster/cluster.ts';
import type { TlsInfo } from '../../http/stream-info.ts';
import type {
  CertificateDetails,
  TransportHost,
  UpstreamHandshake,
  UpstreamTransport,
  UpstreamTransportContext,
  UpstreamTransportExtension,
} from '../transport-socket.ts';
import { describeConnection } from './connection-facts.ts';
import { withKeyUsage } from './key-usage.ts';
import { loadTls } from './node-tls.ts';
import { offeredProtocols } from './protocols.ts';
import { ResolvedContext } from './resolved-context.ts';
import { SessionCache, type SessionFacts } from './session-cache.ts';
import { SslStats } from './stats.ts';
import { upstreamSupport } from './supported.ts';
import {
  handshakeFailureText,
  isTlsError,
  serverNameFailureText,
  unverifiableText,
  verifyFailureText,
} from './tls-error.ts';
import { UpstreamContext } from './upstream-context.ts';
import { Certificate } from './x509/certificate.ts';

type UpstreamTlsContext = envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;

/** Bytes. */
const longestServerName = 255;

/** Those of the config. */
const ownNames: PeerNames = { serverName: undefined, subjectAltNames: [] };

/** TLS towards upstreams, on node:tls. What Envoy verifies is verified here, and not by Node. */
class UpstreamTls implements UpstreamTransport {
  readonly encrypted = true;
  readonly #config: UpstreamTlsContext;
  readonly #stats: SslStats;
  readonly #protocols: readonly string[];
  #context: UpstreamContext | undefined;
  /** Of the present context: another may trust others. */
  #sessions: SessionCache;

  constructor(
    config: UpstreamTlsContext,
    { reader, clock, scope, control, alpn, secrets }: UpstreamTransportContext,
  ) {
    this.#config = config;
    const common = config.common_tls_context ?? {};
    if ((common.tls_certificates?.length ?? 0) > 1) {
      throw new LabError('invalid', 'Multiple TLS certificates are not supported for client contexts');
    }
    if (config.sni !== undefined && Buffer.byteLength(config.sni) > 255) {
      throw new LabError('invalid', `SNI length must be at most 255: ${config.sni}`);
    }
    this.#stats = new SslStats(scope, 'client', control);
    const resolved = new ResolvedContext(common, secrets);
    const read = (): UpstreamContext | undefined => {
      const found = resolved.read();
      if (found === undefined) return undefined;
      const renegotiates = config.allow_renegotiation ?? false;
      return new UpstreamContext(found, renegotiates, reader, () => clock.wallNow(), this.#stats);
    };
    this.#context = read();
    this.#stats.contextUpdate.add(this.#context === undefined ? 0 : resolved.dynamic);
    resolved.use(() => {
      this.#context = read();
      this.#sessions = new SessionCache(config.max_session_keys ?? 1);
      this.#stats.contextUpdate.inc();
    });
    const configured = offeredProtocols(common.alpn_protocols ?? []);
    this.#protocols = configured.length > 0 ? configured : alpn;
    this.#sessions = new SessionCache(config.max_session_keys ?? 1);
  }

  get certificates(): readonly CertificateDetails[] {
    const own = this.#context?.own;
    return own === undefined ? [] : [own];
  }

  get authorities(): readonly CertificateDetails[] {
    const details = this.#context?.validator.details;
    return details === undefined ? [] : [details];
  }

  connect(
    socket: Socket,
    host: TransportHost,
    onReady: (tls: TlsInfo | undefined) => void,
    names: PeerNames = ownNames,
  ): UpstreamHandshake {
    const context = this.#context;
    if (context === undefined) return this.#withoutSecret(socket);
    const serverName = names.serverName ?? this.#serverNameFor(host);
    if (Buffer.byteLength(serverName) > longestServerName) return closeWith(socket, serverNameFailureText);
    const sessions = this.#sessions;
    const known = sessions.take(serverName);
    const options: ConnectionOptions = {
      socket,
      secureContext: context.secure,
      rejectUnauthorized: false,
      // Without a name it would be the address's.
      servername: serverName,
      checkServerIdentity: () => undefined,
      ...(this.#protocols.length > 0 && { ALPNProtocols: [...this.#protocols] }),
      ...(known && { session: known.session }),
    };
    const secure = loadTls().connect(options);
    let facts: SessionFacts = { peer: undefined, group: undefined };
    let failure = '';
    let ready = false;
    const keep = (session: Buffer) =>
      sessions.put({ session, serverName, facts }, secure.getProtocol() === 'TLSv1.3');
    // Before TLS 1.3 it comes while the handshake lasts: nobody knows yet whether its peer is accepted.
    let early: Buffer | undefined;
    secure.once('secureConnect', () => {
      const reused = secure.isSessionReused();
      if (reused && known !== undefined) facts = known.facts;
      else facts.peer = Certificate.ofPeer(secure.getPeerX509Certificate());
      const { peer } = facts;
      const verdict = withKeyUsage(secure, peer, 'client', this.#stats, () =>
        this.#verify(context, secure, peer, serverName, names.subjectAltNames),
      );
      if (verdict.failure !== undefined) {
        failure = verdict.failure;
        secure.destroy(new Error(failure));
        return;
      }
      ready = true;
      const described = describeConnection(secure, 'client', serverName || undefined, {
        peer,
        peerIssuer: undefined,
        own: context.own?.facts,
        peerValidated: verdict.validated,
      });
      facts.group = described.group ?? facts.group;
      const tls = { ...described, group: facts.group };
      this.#stats.onHandshake(tls, reused, peer);
      if (early !== undefined) keep(early);
      onReady(tls);
    });
    secure.on('session', (session: Buffer) => {
      if (ready) keep(session);
      else early = session;
    });
    return {
      socket: secure,
      failure: (error) => {
        if (failure !== '' || ready) return failure;
        const text = handshakeFailureText(error, 'client', socket.bytesRead);
        if (isTlsError(error)) this.#stats.connectionError.inc();
        return text;
      },
    };
  }

  withNames(names: PeerNames): UpstreamTransport {
    const own = this;
    return {
      encrypted: true,
      get certificates() {
        return own.certificates;
      },
      connect: (socket, host, onReady) => this.connect(socket, host, onReady, names),
    };
  }

  /** A session that is taken up again is verified again, as BoringSSL does for Envoy: other names may be asked of it. */
  #verify(
    { validator }: UpstreamContext,
    secure: TLSSocket,
    peer: Certificate | undefined,
    serverName: string,
    subjectAltNames: readonly string[],
  ) {
    if (peer === undefined) return { failure: undefined, validated: false };
    if (subjectAltNames.length > 0 && validator.findsNoNames)
      return { failure: unverifiableText, validated: false };
    const hosts = this.#config.auto_sni_san_validation && serverName !== '' ? [serverName] : [];
    const { failure, validated } = validator.verify(secure, peer, { hosts, subjectAltNames }, this.#stats);
    return { failure: failure === undefined ? undefined : verifyFailureText(failure), validated };
  }

  #withoutSecret(socket: Socket): UpstreamHandshake {
    this.#stats.secretsNotReady.inc();
    return closeWith(socket, 'TLS error: Secret is not supplied by SDS');
  }

  #serverNameFor({ hostname }: TransportHost): string {
    if (this.#config.auto_host_sni && hostname !== '') return hostname;
    return this.#config.sni ?? '';
  }
}

/** A handshake that is not even begun. */
function closeWith(socket: Socket, failure: string): UpstreamHandshake {
  socket.destroy();
  return { socket, failure: () => failure };
}

export const upstreamTlsExtension: UpstreamTransportExtension = {
  name: 'envoy.transport_sockets.tls',
  type: 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
  supported: upstreamSupport,
  configure: (config, context) => new UpstreamTls(config as UpstreamTlsContext, context),
};
