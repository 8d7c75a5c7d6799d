import type { SecureContextOptions } from 'node:tls';
import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import { type DataSourceReader, readDataSource } from '../../data-source.ts';
import type { CertificateDetails } from '../transport-socket.ts';
import { loadTls } from './node-tls.ts';
import { Certificate } from './x509/certificate.ts';

type TlsCertificate = envoy.extensions.transport_sockets.tls.v3.TlsCertificate;

/** A certificate of ours and its key, read and known to belong together. */
export interface OwnCertificate extends CertificateDetails {
  /** The leaf. */
  readonly facts: Certificate;
  /** What a context is made with. */
  readonly options: SecureContextOptions;
}

/**
 * Reads a TlsCertificate.
 *
 * @throws LabError when a file is missing, or the key does not belong to the certificate
 */
export function readCertificate(config: TlsCertificate, reader: DataSourceReader): OwnCertificate {
  const source = config.certificate_chain;
  if (source === undefined || config.private_key === undefined) {
    const missing = source === undefined ? 'certificate chain' : 'private key';
    throw new LabError('invalid', `Failed to load incomplete certificate from : ${missing} not set`);
  }
  const chain = readDataSource(source, reader);
  const path = source.filename ?? '<inline>';
  const options: SecureContextOptions = { cert: chain, key: readDataSource(config.private_key, reader) };
  if (config.password !== undefined) options.passphrase = readDataSource(config.password, reader).toString();
  try {
    // Nobody is verified with it; without, Node reads all the roots it brings, which takes 40 ms of a start.
    loadTls().createSecureContext({ ...options, ca: [] });
    const text = chain.toString('latin1');
    const facts = Certificate.readAll(text)[0]!;
    return { facts, options, chain: text, path, expires: facts.validTo };
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
