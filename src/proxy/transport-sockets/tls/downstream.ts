import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket, TLSSocketOptions } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import type { TlsInfo } from '../../http/stream-info.ts';
import type {
  DownstreamTransport,
  DownstreamTransportExtension,
  TransportContext,
} from '../transport-socket.ts';
import { createServerCertificate, loadTls, type ServerCertificate } from './secure-context.ts';
import { SslStats } from './stats.ts';
import { supported } from './supported.ts';

type DownstreamTlsContext = envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;

/** TLS towards clients, on node:tls. */
class DownstreamTls implements DownstreamTransport {
  readonly encrypted = true;
  readonly certificates: readonly ServerCertificate[];
  readonly #stats: SslStats;
  readonly #options: TLSSocketOptions;

  constructor(config: DownstreamTlsContext, { server, scope }: TransportContext) {
    const common = config.common_tls_context ?? {};
    const configs = common.tls_certificates ?? [];
    if (configs.length === 0) throw new LabError('invalid', 'No TLS certificates found for server context');
    this.certificates = configs.map((one) => createServerCertificate(one, common.tls_params, server));
    this.#stats = new SslStats(scope.scope('ssl'));
    const options: TLSSocketOptions = {
      isServer: true,
      secureContext: this.certificates[0]!.context,
    };
    const protocols = spokenProtocols(common.alpn_protocols ?? []);
    if (protocols.length > 0) options.ALPNProtocols = protocols;
    if (this.certificates.length > 1) {
      options.SNICallback = (name, callback) => callback(null, this.#contextFor(name));
    }
    this.#options = options;
  }

  wrap(socket: Socket, onReady: (tls: TlsInfo | undefined) => void): Socket {
    const { TLSSocket: Wrapper } = loadTls();
    const secure = new Wrapper(socket, this.#options);
    let ready = false;
    secure.once('secure', () => {
      ready = true;
      onReady(this.#describe(secure));
    });
    secure.on('error', () => {
      if (!ready) this.#stats.connectionError.inc();
      secure.destroy();
    });
    return secure;
  }

  /** The certificate that names the host, else the first. */
  #contextFor(name: string): SecureContext {
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    const fits = ({ chain }: ServerCertificate): boolean =>
      new X509Certificate(chain).checkHost(name) !== undefined;
    return (this.certificates.find(fits) ?? this.certificates[0]!).context;
  }

  #describe(socket: TLSSocket): TlsInfo {
    const version = socket.getProtocol() ?? '';
    const cipher = socket.getCipher().name;
    this.#stats.handshake.inc();
    this.#stats.noCertificate.inc();
    if (socket.isSessionReused()) this.#stats.sessionReused.inc();
    this.#stats.used('versions', version);
    this.#stats.used('ciphers', cipher);
    // Node tells the server's name for a client that sent one, false for one that did not.
    const { servername } = socket as TLSSocket & { servername?: string | false };
    const alpn = socket.alpnProtocol;
    return {
      version,
      cipher,
      serverName: servername || undefined,
      alpn: alpn || undefined,
    };
  }
}

/** What is offered in ALPN: Envoy takes `h2,http/1.1` in one string, too; HTTP/2 is not spoken here. */
function spokenProtocols(configured: readonly string[]): string[] {
  const all = configured.flatMap((one) => one.split(','));
  return all.filter((protocol) => protocol.startsWith('http/1.'));
}

export const downstreamTlsExtension: DownstreamTransportExtension = {
  name: 'envoy.transport_sockets.tls',
  type: 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
  supported,
  configure: (config, context) => new DownstreamTls(config as DownstreamTlsContext, context),
};
