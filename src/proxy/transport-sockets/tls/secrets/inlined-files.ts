import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { type DataSourceReader, readDataSource } from '../../../data-source.ts';

type DataSource = envoy.config.core.v3.DataSource;
type Secret = envoy.extensions.transport_sockets.tls.v3.Secret;

/** A secret whose files are read, and where they were: what is made of it has seen all of them at the same time. */
export interface InlinedSecret {
  readonly secret: Secret;
  readonly files: readonly string[];
  /** `watched_directory` of the secret. */
  readonly directory: string | undefined;
}

/** @throws LabError in Envoy's words when a file is not there */
export function inlineFiles(secret: Secret, reader: DataSourceReader): InlinedSecret {
  const files: string[] = [];
  const inline = (source: DataSource | undefined): DataSource | undefined => {
    if (source?.filename === undefined) return source;
    files.push(source.filename);
    return { inline_bytes: readDataSource(source, reader) } as DataSource;
  };
  const { tls_certificate: certificate, validation_context: validation } = secret;
  const read = <T extends object>(message: T, names: readonly (keyof T)[]): T => {
    const copy = { ...message };
    for (const name of names) {
      const source = inline(message[name] as DataSource | undefined);
      if (source !== undefined) copy[name] = source as T[keyof T];
    }
    return copy;
  };
  return {
    secret: {
      ...secret,
      ...(certificate && {
        tls_certificate: read(certificate, ['certificate_chain', 'private_key', 'password']),
      }),
      ...(validation && { validation_context: read(validation, ['trusted_ca', 'crl']) }),
    },
    files,
    directory: (certificate ?? validation)?.watched_directory?.path,
  };
}
