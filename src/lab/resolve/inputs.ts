import type { EnvoyConfig } from '../../engine/config.ts';
import type { ReadyEngine, SharedNetwork } from '../../engine/engine.ts';
import type { Image } from '../../image/image.ts';
import type { FileSpec } from '../../runtime/node-spec.ts';

/** Everything of the machine that {@link resolve} needs, read beforehand. */
export interface Inputs {
  /** By name; all that the sandbox mentions. */
  readonly images: ReadonlyMap<string, Image>;
  /** By the words they were chosen with, such as `envoy@1.38`; all that were chosen. */
  readonly engines: ReadonlyMap<string, ReadyEngine>;
  /** By absolute path; all that the sandbox mentions. */
  readonly configs: ReadonlyMap<string, EnvoyConfig>;
  /** Where the machine has the programs that the sandbox's images and commands name, those it has. */
  readonly programs: ReadonlyMap<string, string>;
  /** Hash of the content of a host file or directory, by absolute path. */
  readonly hashes: ReadonlyMap<string, string>;
  /** What services are forwarded by; undefined when the runtime balances by itself. */
  readonly forwarder?: ForwarderProgram | undefined;
  /** By `node/container`. */
  readonly certFiles: ReadonlyMap<string, readonly CertFile[]>;
  /** Present when the lab's nodes have no network of their own. */
  readonly sharedNetwork?: SharedNetwork | undefined;
}

/** The program that services are forwarded by, as the machine has it. */
export interface ForwarderProgram {
  /** Node's own binary. */
  readonly execPath: string;
  readonly bundle: string;
  /** Hash of the bundle. */
  readonly hash: string;
}

/** A minted file. It is new at every `up`, so it counts by what it was minted for, not by its content. */
export interface CertFile {
  readonly file: FileSpec;
  readonly hash: string;
}
