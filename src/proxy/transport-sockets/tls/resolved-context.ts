import type { envoy } from '../../../bootstrap/api.generated.ts';
import { LabError } from '../../../error.ts';
import type { SecretManager } from './secrets/secret-manager.ts';
import type { SecretSource } from './secrets/secret-source.ts';

type CommonTlsContext = envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
type TlsCertificate = envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
type ValidationContext = envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;

/** A CommonTlsContext whose secrets, which stand elsewhere, are put in their places. */
export class ResolvedContext {
  readonly #common: CommonTlsContext;
  readonly #certificates: readonly SecretSource[];
  readonly #validation: SecretSource | undefined;

  /** @throws LabError in Envoy's words when a secret is nowhere */
  constructor(common: CommonTlsContext, secrets: SecretManager | undefined) {
    const find: SecretManager['find'] = (config, kind) => {
      if (secrets !== undefined) return secrets.find(config, kind);
      throw new LabError('invalid', `Unknown static secret: ${config.name}`);
    };
    const combined = common.combined_validation_context?.validation_context_sds_secret_config;
    const validation = combined ?? common.validation_context_sds_secret_config;
    this.#common = common;
    this.#certificates = (common.tls_certificate_sds_secret_configs ?? []).map((config) =>
      find(config, 'tls_certificate'),
    );
    this.#validation = validation && find(validation, 'validation_context');
  }

  /** How many secrets stand in files. */
  get dynamic(): number {
    const common = this.#common;
    const validation =
      common.combined_validation_context?.validation_context_sds_secret_config ??
      common.validation_context_sds_secret_config;
    const configs = [
      ...(common.tls_certificate_sds_secret_configs ?? []),
      ...(validation ? [validation] : []),
    ];
    return configs.filter(({ sds_config }) => sds_config !== undefined).length;
  }

  /** Calls back when a secret has changed. */
  use(update: () => void): void {
    for (const source of this.#certificates) source.use(update);
    this.#validation?.use(update);
  }

  /** All of it; undefined while a secret is not there. */
  read(): CommonTlsContext | undefined {
    const certificates = this.#certificates.map(({ value }) => value?.tls_certificate);
    const validation = this.#validationContext();
    if (certificates.includes(undefined) || validation === null) return undefined;
    return {
      ...this.#common,
      tls_certificates: [...(this.#common.tls_certificates ?? []), ...(certificates as TlsCertificate[])],
      ...(validation && { validation_context: validation }),
    };
  }

  #validationContext(): ValidationContext | undefined | null {
    if (this.#validation === undefined) return this.#common.validation_context;
    const found = this.#validation.value?.validation_context;
    if (found === undefined) return null;
    return merge(this.#common.combined_validation_context?.default_validation_context, found);
  }
}

/** As protobuf merges messages: lists one after the other, of the rest what the second says. */
function merge(base: ValidationContext | undefined, over: ValidationContext): ValidationContext {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = merged[name];
    merged[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
  return merged as ValidationContext;
}
