import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { LabError } from '../../../../error.ts';
import type { Clock } from '../../../clock.ts';
import type { DataSourceReader } from '../../../data-source.ts';
import type { Scope } from '../../../stats/stats.ts';
import { FileSecret } from './file-secret.ts';
import type { SecretSource } from './secret-source.ts';
import { SecretStats } from './secret-stats.ts';

type Secret = envoy.extensions.transport_sockets.tls.v3.Secret;
type SdsSecretConfig = envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;

/** All secrets of one thread by name: those of the bootstrap, and those in files, each read once for all that use it. */
export class SecretManager implements Disposable {
  readonly #static: readonly Secret[];
  readonly #reader: DataSourceReader;
  readonly #clock: Clock;
  readonly #stats: Scope;
  readonly #files = new Map<string, FileSecret>();

  /** `stats`: the root, where what is counted once for all threads goes. */
  constructor(secrets: readonly Secret[], reader: DataSourceReader, clock: Clock, stats: Scope) {
    this.#static = secrets;
    this.#reader = reader;
    this.#clock = clock;
    this.#stats = stats;
  }

  /**
   * Finds the secret a config names.
   *
   * @throws LabError in Envoy's words when there is none
   */
  find(
    { name, sds_config: source }: SdsSecretConfig,
    kind: 'tls_certificate' | 'validation_context',
  ): SecretSource {
    if (source === undefined) {
      const value = this.#static.find((secret) => secret.name === name && secret[kind] !== undefined);
      if (value !== undefined) return { value, use: () => {} };
      const what = kind === 'tls_certificate' ? 'secret' : 'certificate validation context';
      throw new LabError('invalid', `Unknown static ${what}: ${name}`, {
        hint: 'static_resources.secrets must have it, or sds_config say where it is',
      });
    }
    const path = source.path_config_source ?? { path: source.path ?? '' };
    const key = JSON.stringify([name, path]);
    let secret = this.#files.get(key);
    if (secret === undefined) {
      secret = new FileSecret(name, path, this.#reader, new SecretStats(this.#stats, name, this.#clock));
      this.#files.set(key, secret);
    }
    return secret;
  }

  [Symbol.dispose](): void {
    for (const secret of this.#files.values()) secret[Symbol.dispose]();
    this.#files.clear();
  }
}
