import type { SecureContext } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import type { DataSourceReader } from '../../data-source.ts';
import { type OwnCertificate, readCertificate } from './certificate-source.ts';
import { loadTls } from './node-tls.ts';
import { secureParameters } from './parameters.ts';
import type { SslStats } from './stats.ts';
import { CertificateValidator } from './validation.ts';

type CommonTlsContext = envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;

/** What the connections of a cluster are made with: our certificate, whom we trust, and OpenSSL's context of both. */
export class UpstreamContext {
  readonly own: OwnCertificate | undefined;
  readonly validator: CertificateValidator;
  readonly secure: SecureContext;

  /** @throws LabError in Envoy's words for what it refuses */
  constructor(
    common: CommonTlsContext,
    allowsRenegotiation: boolean,
    reader: DataSourceReader,
    now: () => number,
    stats: SslStats,
  ) {
    const { constants } = process.getBuiltinModule('node:crypto');
    const [certificate] = common.tls_certificates ?? [];
    this.own = certificate && readCertificate(certificate, reader);
    this.validator = new CertificateValidator(common.validation_context, 'server', reader, now);
    this.secure = loadTls().createSecureContext({
      ...secureParameters(common.tls_params, 'client'),
      ...this.own?.options,
      ...trustOptions(this.validator),
      secureOptions: allowsRenegotiation ? 0 : constants.SSL_OP_NO_RENEGOTIATION,
    });
    if (this.own !== undefined) stats.setExpiration('cert', this.own.expires);
    if (this.validator.details !== undefined) stats.setExpiration('ca_cert', this.validator.details.expires);
  }
}

/** What OpenSSL verifies a chain against. */
export function trustOptions({ authorities, crl }: CertificateValidator) {
  return {
    // Without, Node reads all the roots it brings, which takes 40 ms.
    ca: authorities ?? [],
    allowPartialTrustChain: true,
    ...(crl && { crl }),
  };
}
