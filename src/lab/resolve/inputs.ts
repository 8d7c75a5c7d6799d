import type { EnvoyConfig } from '../../engine/config.ts';
import type { ReadyEngine } from '../../engine/engine.ts';
import type { Image } from '../../image/image.ts';
import type { FileSpec } from '../../runtime/node-spec.ts';

/** Everything of the machine that {@link resolve} needs, read beforehand. */
export interface Inputs {
  /** By name; all that the sandbox mentions. */
  readonly images: ReadonlyMap<string, Image>;
  /** By name; all that were chosen. */
  readonly engines: ReadonlyMap<string, ReadyEngine>;
  /** By absolute path; all that the sandbox mentions. */
  readonly configs: ReadonlyMap<string, EnvoyConfig>;
  /** Hash of the content of a host file or directory, by absolute path. */
  readonly hashes: ReadonlyMap<string, string>;
  /** By `node/container`. */
  readonly certFiles: ReadonlyMap<string, readonly CertFile[]>;
}

/** A minted file. It is new at every `up`, so it counts by what it was minted for, not by its content. */
export interface CertFile {
  readonly file: FileSpec;
  readonly hash: string;
}
