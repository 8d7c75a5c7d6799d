import type { Position } from '../document/problem.ts';
import type { Dependency, ReadyProbe, VolumeSpec } from '../runtime/node-spec.ts';
import type { Check } from './check.ts';

/**
 * A sandbox as the rest of the program sees it: short forms are written out, paths are absolute, durations are ms,
 * every name it mentions exists. `undefined` always means "the file does not say".
 */
export interface Sandbox {
  readonly name: string;
  readonly summary: string | undefined;
  /** Absolute path of the folder; relative paths in the file start here. */
  readonly folder: string;
  /** Absolute path of the sandbox file. */
  readonly file: string;
  /** In the order of the file. */
  readonly nodes: readonly SandboxNode[];
  /** Every network some node is on; just {@link DEFAULT_NETWORK} when the file names none. */
  readonly networks: readonly string[];
  /** In the order of the file. */
  readonly services: readonly SandboxService[];
  readonly certs: readonly SandboxCert[];
  readonly checks: readonly Check[];
}

/** The network of nodes that name none. */
export const DEFAULT_NETWORK = 'default';

/** Containers that share one network namespace, one address and one life, in `replicas` copies. */
export interface SandboxNode {
  readonly name: string;
  /** Where it stands in the file. */
  readonly at: Position;
  /** At least 1; replica k is called `<name>-<k>`, counted from 1. */
  readonly replicas: number;
  readonly publish: readonly SandboxPort[];
  readonly networks: readonly string[];
  /** Other names that resolve to all its replicas. */
  readonly aliases: readonly string[];
  /** More lines of /etc/hosts: IP address by name. */
  readonly hosts?: Readonly<Record<string, string>> | undefined;
  /** In the order of the file, which is not the order to start them in: see `dependsOn`. */
  readonly containers: readonly SandboxContainer[];
}

/** A port to open on the host. */
export interface SandboxPort {
  /** The key of the map form; of the list form the port itself: `8080`, `53/udp`. */
  readonly name: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

/** A stable name that balances connections over the ready replicas of a node. */
export interface SandboxService {
  readonly name: string;
  /** Where it stands in the file. */
  readonly at: Position;
  /** Name of the node it leads to. */
  readonly nodes: string;
  readonly ports: readonly SandboxServicePort[];
  readonly publish: readonly SandboxPort[];
  /** Other names that resolve to it. */
  readonly aliases: readonly string[];
  /** Those of the node it leads to. */
  readonly networks: readonly string[];
}

export interface SandboxServicePort {
  /** The key of the map form; of the list form the port itself. */
  readonly name: string;
  readonly port: number;
  /** Where the nodes listen. */
  readonly target: number;
}

/** What a container runs. */
export type SandboxProgram =
  | {
      readonly kind: 'envoy';
      /** Absolute path of an Envoy config. It exists. */
      readonly config: string;
      /** Which engine runs it; undefined: the lab's choice. */
      readonly engine: string | undefined;
      /** Added to the engine's own arguments, which are Envoy's flags. */
      readonly args: readonly string[];
    }
  | {
      readonly kind: 'app';
      /** Name of a folder in `images/`; undefined for a plain command, and for an image of a registry that runs as it is. */
      readonly image: string | undefined;
      /** The image of a registry that the file names, also when a rule puts one of ours (`image`) in its place. */
      readonly reference?: string | undefined;
      /** Replaces the image's command (a registry's: its entrypoint, and its own arguments go); never undefined without an image. */
      readonly command: readonly string[] | undefined;
      /** Only with `reference`: what the command, or the image's entrypoint, is given. */
      readonly args?: readonly string[] | undefined;
    };

/** One process in a node. */
export interface SandboxContainer {
  readonly name: string;
  readonly at: Position;
  readonly program: SandboxProgram;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly SandboxFile[];
  readonly volumes: readonly VolumeSpec[];
  readonly user: string | undefined;
  readonly workdir: string | undefined;
  /** undefined: the image's own probe, an engine's admin, else "as soon as it runs". */
  readonly ready: ReadyProbe | undefined;
  /** Names of containers of the same node, or of other nodes; a container wins when both exist. */
  readonly dependsOn: readonly Dependency[];
  readonly once: boolean;
}

/** A host file or directory copied into a container. */
export interface SandboxFile {
  /** Absolute; it exists. */
  readonly hostPath: string;
  /** Absolute path inside the container. */
  readonly path: string;
}

/**
 * A certificate minted at `up`. Each mount directory receives `cert.pem`, `key.pem` (both only when `names` is not
 * empty) and `ca.pem`.
 */
export interface SandboxCert {
  readonly name: string;
  readonly at: Position;
  /** Subject alternative names, DNS names (`*.example.com` too) and IP addresses; the first is the common name. */
  readonly names: readonly string[];
  /** Name of the authority that signs it; one of that name exists per lab. */
  readonly ca: string;
  /** Days from now until it expires; 0 or less: it has expired already. */
  readonly days: number;
  readonly mounts: readonly CertMount[];
}

/** Where a certificate is put. */
export interface CertMount {
  readonly node: string;
  /** undefined: every container of the node. */
  readonly container: string | undefined;
  /** Absolute path of a directory inside. */
  readonly directory: string;
}
