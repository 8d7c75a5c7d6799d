import type { SecureContextOptions } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import type { ServerContext } from '../../server/context.ts';
import { type OwnCertificate, readCertificate } from './certificate-source.ts';
import { secureParameters } from './parameters.ts';
import { ServerContexts } from './server-contexts.ts';
import type { SslStats } from './stats.ts';
import { trustOptions } from './upstream-context.ts';
import { CertificateValidator } from './validation.ts';

type CommonTlsContext = envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
type DownstreamTlsContext = envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;

/** What the connections of a filter chain are made with: our certificates, and which clients are let in. */
export interface DownstreamContext {
  readonly contexts: ServerContexts;
  readonly validator: CertificateValidator;
  /** A client without a certificate is refused. */
  readonly requiresCertificate: boolean;
}

/**
 * `common`: that of the config, its secrets in their places.
 *
 * @throws LabError in Envoy's words for what it refuses
 */
export function readDownstreamContext(
  config: DownstreamTlsContext,
  common: CommonTlsContext,
  server: ServerContext,
  stats: SslStats,
  ticketKeys: Buffer | undefined,
): DownstreamContext {
  const certificates = (common.tls_certificates ?? []).map((one) => readCertificate(one, server));
  if (certificates.length === 0) {
    throw new LabError('invalid', 'No TLS certificates found for server context');
  }
  const validator = new CertificateValidator(common.validation_context, 'client', server, () =>
    server.clock.wallNow(),
  );
  const resolved = { ...config, common_tls_context: common };
  const base = contextOptions(resolved, certificates, validator, ticketKeys);
  for (const { expires } of certificates) stats.setExpiration('cert', expires);
  if (validator.details !== undefined) stats.setExpiration('ca_cert', validator.details.expires);
  return {
    contexts: new ServerContexts(certificates, base, config.full_scan_certs_on_sni_mismatch ?? false),
    validator,
    requiresCertificate:
      validator.verifies && (validator.checksIdentity || (config.require_client_certificate ?? false)),
  };
}

function contextOptions(
  config: DownstreamTlsContext,
  certificates: readonly OwnCertificate[],
  validator: CertificateValidator,
  ticketKeys: Buffer | undefined,
): SecureContextOptions {
  const { constants, createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256');
  for (const { facts } of certificates) hash.update(facts.x509.raw);
  // Who takes up a session is not verified again: it must be one that would be let in here, and now.
  hash.update(JSON.stringify([config, validator.authorities, validator.crl]));
  const options: SecureContextOptions = {
    ...secureParameters(config.common_tls_context?.tls_params),
    ...trustOptions(validator),
    honorCipherOrder: !config.prefer_client_ciphers,
    secureOptions:
      constants.SSL_OP_NO_RENEGOTIATION |
      (config.disable_stateless_session_resumption ? constants.SSL_OP_NO_TICKET : 0),
    sessionIdContext: hash.digest('hex').slice(0, 32),
  };
  if (ticketKeys !== undefined) options.ticketKeys = ticketKeys;
  if (config.session_timeout !== undefined) {
    options.sessionTimeout = Math.max(1, Math.floor(config.session_timeout / 1000));
  }
  return options;
}
