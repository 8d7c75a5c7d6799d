import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { loadMessage } from '../../../../bootstrap/load.ts';
import { LabError } from '../../../../error.ts';
import type { DataSourceReader } from '../../../data-source.ts';
import { messageName, type TypedConfig } from '../../../typed-config.ts';
import { DirectoryWatch } from './directory-watch.ts';
import { inlineFiles } from './inlined-files.ts';
import type { SecretSource, SecretUse } from './secret-source.ts';
import type { SecretStats } from './secret-stats.ts';
import { secretSupport } from './supported.ts';

type Secret = envoy.extensions.transport_sockets.tls.v3.Secret;
type PathConfigSource = envoy.config.core.v3.PathConfigSource;

const secretType = 'envoy.extensions.transport_sockets.tls.v3.Secret';

/**
 * A secret in a file that holds a DiscoveryResponse, read again when that file or one that it names is replaced (Envoy's
 * SdsApi over a filesystem subscription). What is not good is counted, and what was there before stays.
 */
export class FileSecret implements SecretSource, Disposable {
  value: Secret | undefined;
  readonly #name: string;
  readonly #path: string;
  readonly #reader: DataSourceReader;
  readonly #stats: SecretStats;
  readonly #uses: SecretUse[] = [];
  readonly #watch: DirectoryWatch;
  /** The secret as the file has it, its own files not read. */
  #written: Secret | undefined;
  #files: DirectoryWatch | undefined;

  /** @throws LabError when there is nothing at the path */
  constructor(name: string, source: PathConfigSource, reader: DataSourceReader, stats: SecretStats) {
    this.#name = name;
    this.#path = source.path;
    this.#reader = reader;
    this.#stats = stats;
    try {
      reader.readFile(source.path);
    } catch (cause) {
      throw new LabError(
        'invalid',
        `paths must refer to an existing path in the system: '${source.path}' does not exist`,
        { cause },
      );
    }
    this.#watch = new DirectoryWatch([source.path], source.watched_directory?.path, () => this.#load());
    this.#load();
  }

  use(update: SecretUse): void {
    this.#uses.push(update);
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    this.#files?.[Symbol.dispose]();
  }

  #load(): void {
    this.#stats.attempt.inc();
    let written: Secret | undefined;
    try {
      written = this.#read();
    } catch {
      this.#stats.failure.inc();
      return;
    }
    try {
      if (written === undefined) throw new LabError('invalid', `no secret ${this.#name} in ${this.#path}`);
      this.#takeUp(written);
    } catch {
      this.#stats.rejected.inc();
      return;
    }
    this.#stats.onSuccess();
  }

  /** Undefined: another secret is in it. @throws DocumentError, or what the file system throws */
  #read(): Secret | undefined {
    const text = this.#reader.readFile(this.#path).toString('utf8');
    const options = { support: secretSupport };
    const { message } = loadMessage(
      'envoy.service.discovery.v3.DiscoveryResponse',
      text,
      this.#path,
      options,
    );
    const [resource] = (message.resources ?? []) as readonly (TypedConfig | undefined)[];
    const secret = resource as (TypedConfig & Secret) | undefined;
    return messageName(secret) === secretType && secret?.name === this.#name ? secret : undefined;
  }

  /** @throws what those that use it say of it; then they keep what they had */
  #apply(written: Secret): void {
    const before = this.value;
    const { secret } = inlineFiles(written, this.#reader);
    if (JSON.stringify(secret) === JSON.stringify(before)) return;
    this.value = secret;
    try {
      for (const update of this.#uses) update();
    } catch (error) {
      this.value = before;
      throw error;
    }
  }

  /** @throws what is wrong with it; all stays as it was then */
  #takeUp(written: Secret): void {
    const { files, directory } = inlineFiles(written, this.#reader);
    const watch =
      files.length === 0 ? undefined : new DirectoryWatch(files, directory, () => this.#onFiles());
    try {
      this.#apply(written);
    } catch (error) {
      watch?.[Symbol.dispose]();
      throw error;
    }
    this.#files?.[Symbol.dispose]();
    this.#files = watch;
    this.#written = written;
  }

  #onFiles(): void {
    try {
      this.#apply(this.#written!);
    } catch {
      this.#stats.rotationFailed.inc();
    }
  }
}
