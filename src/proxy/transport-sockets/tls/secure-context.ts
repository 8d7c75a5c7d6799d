import type { SecureContext, SecureContextOptions, SecureVersion } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import { type DataSourceReader, readDataSource } from '../../data-source.ts';
import type { CertificateDetails } from '../transport-socket.ts';

type Parameters = envoy.extensions.transport_sockets.tls.v3.TlsParameters;
type Certificate = envoy.extensions.transport_sockets.tls.v3.TlsCertificate;

/** A certificate ready to be served. */
export interface ServerCertificate extends CertificateDetails {
  readonly context: SecureContext;
}

/** Envoy's own defaults for servers. */
const defaultCiphers = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];
/** TLS 1.3 suites cannot be configured in Envoy. */
const tls13Ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const defaultCurves = ['X25519', 'P-256'];

const versions: Readonly<Record<string, SecureVersion>> = {
  TLSv1_0: 'TLSv1',
  TLSv1_1: 'TLSv1.1',
  TLSv1_2: 'TLSv1.2',
  TLSv1_3: 'TLSv1.3',
};

/** node:tls, loaded only by a config that needs it. */
export function loadTls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}

/**
 * Reads a certificate and its key and makes them ready.
 *
 * @throws LabError when a file is missing, or the key does not belong to the certificate
 */
export function createServerCertificate(
  config: Certificate,
  parameters: Parameters | undefined,
  reader: DataSourceReader,
): ServerCertificate {
  const source = config.certificate_chain;
  if (source === undefined || config.private_key === undefined) {
    const missing = source === undefined ? 'certificate chain' : 'private key';
    throw new LabError('invalid', `Failed to load incomplete certificate from : ${missing} not set`);
  }
  const chain = readDataSource(source, reader);
  const path = source.filename ?? '<inline>';
  const options: SecureContextOptions = {
    ...tlsParameters(parameters),
    cert: chain,
    key: readDataSource(config.private_key, reader),
  };
  if (config.password !== undefined) options.passphrase = readDataSource(config.password, reader).toString();
  try {
    return { context: loadTls().createSecureContext(options), chain: chain.toString('latin1'), path };
  } catch (cause) {
    throw new LabError(
      'invalid',
      `Failed to load certificate chain from ${path}: ${(cause as Error).message}`,
      {
        cause,
        hint: 'the chain and its private key must be PEM and belong together',
      },
    );
  }
}

function tlsParameters(parameters: Parameters = {}): SecureContextOptions {
  const { cipher_suites, ecdh_curves, signature_algorithms } = parameters;
  const ciphers = cipher_suites?.length ? cipher_suites.flatMap(cipherNames) : defaultCiphers;
  const options: SecureContextOptions = {
    minVersion: versions[parameters.tls_minimum_protocol_version ?? ''] ?? 'TLSv1.2',
    maxVersion: versions[parameters.tls_maximum_protocol_version ?? ''] ?? 'TLSv1.3',
    ciphers: [...tls13Ciphers, ...ciphers].join(':'),
    honorCipherOrder: true,
    ecdhCurve: (ecdh_curves?.length ? ecdh_curves : defaultCurves).join(':'),
  };
  if (signature_algorithms?.length) options.sigalgs = signature_algorithms.join(':');
  return options;
}

/** `[A|B]` is BoringSSL's way to give two ciphers one rank. */
function cipherNames(suite: string): string[] {
  return suite.replace(/^\[|\]$/g, '').split('|');
}
