import type { ReadyProbe } from '../runtime/node-spec.ts';

/** How an app runs anywhere: `images/<name>/image.yaml`, read and checked. */
export interface Image {
  readonly name: string;
  readonly summary: string | undefined;
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Copied into the container; `hostPath` and `path` are absolute, the host's exists. */
  readonly files: readonly { readonly hostPath: string; readonly path: string }[];
  readonly workdir: string | undefined;
  readonly user: string | undefined;
  /** undefined: its first TCP port accepts; without ports: as soon as it runs. */
  readonly ready: ReadyProbe | undefined;
  /** What it listens on. */
  readonly ports: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp' }[];
  /** Programs it needs that are not among its files, such as `node`: found on the PATH, or put into a built image. */
  readonly programs: readonly string[];
  /** What the machine has of it; paths are absolute and exist. */
  readonly machine: {
    /** Where programs are looked for before the PATH. */
    readonly folders: readonly string[];
    /** What programs read while they run: put at the same path where an image is assembled. */
    readonly files: readonly string[];
  };
  /** Container image to start from where one has to be pulled; undefined: the runtime's choice for `programs`. */
  readonly base: string | undefined;
}
