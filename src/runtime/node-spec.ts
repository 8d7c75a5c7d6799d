/**
 * What a runtime is asked to run. Everything here is resolved and independent of any runtime: the lab layer has
 * already turned Envoy configs (through an engine) and images into argv, files and probes.
 */

/** A file or directory put into a container before it starts. */
export interface FileSpec {
  /** Absolute path inside the container. */
  readonly path: string;
  /** Its content, or the host file or directory it is copied from. */
  readonly from: { readonly content: string } | { readonly hostPath: string };
  /** Permission bits; 0o644 when absent. */
  readonly mode?: number;
}

/** A directory shared between the host and a container, not copied. */
export interface VolumeSpec {
  readonly hostPath: string;
  readonly path: string;
  readonly readOnly: boolean;
}

/** How to tell that a container is ready. Ports are on the node's own address or its loopback. */
export type ReadyProbe =
  | { readonly kind: 'http'; readonly port: number; readonly path: string; readonly status?: number }
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'exec'; readonly argv: readonly string[] }
  | { readonly kind: 'log'; readonly pattern: string }
  /** An Envoy admin whose port is only known from the file that `--admin-address-path` wrote. */
  | { readonly kind: 'admin'; readonly addressFile: string }
  /** Ready as soon as it runs. */
  | { readonly kind: 'started' };

/** `name` is a container of the same node, or another node (all its replicas, all its containers). */
export interface Dependency {
  readonly name: string;
  readonly until: 'ready' | 'done';
}

/** One process in a node. */
export interface ContainerSpec {
  readonly name: string;
  readonly kind: 'engine' | 'app';
  /** For an engine's container, which one: `ts` or `envoy`. */
  readonly engine?: string;
  /** Name of the image the container's files come from; undefined when it is only a command. */
  readonly image?: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly FileSpec[];
  readonly volumes: readonly VolumeSpec[];
  readonly user?: string;
  readonly workdir?: string;
  readonly ready: ReadyProbe;
  readonly dependsOn: readonly Dependency[];
  /** A job: it is ready once it has exited with 0, and is not expected to stay. */
  readonly once: boolean;
  /** Content hash of all the above: two containers with the same hash need no change. */
  readonly hash: string;
}

/** A port of the node that is opened on 127.0.0.1 of the host. */
export interface PublishSpec {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** The host port to take; `pinned` fails when it is taken, else a free one replaces it. 0: any free one. */
  readonly hostPort: number;
  readonly pinned: boolean;
}

/** Containers that share one network namespace, one address and one life: one replica of a node. */
export interface NodeSpec {
  /** With its number: `service1-1`. Also the hostname inside. */
  readonly name: string;
  /** The node's name in the sandbox: `service1`; it resolves to all replicas. */
  readonly group: string;
  /** Counted from 1. */
  readonly index: number;
  /** The node's place in the sandbox's file, from 0: lists keep its order, whatever was made anew since. */
  readonly ordinal?: number;
  readonly networks: readonly string[];
  readonly aliases: readonly string[];
  readonly publish: readonly PublishSpec[];
  readonly containers: readonly ContainerSpec[];
  /** Content hash of what belongs to the node itself (networks, aliases, publish), containers excluded. */
  readonly hash: string;
}

/** A lab's identity, and what is known of it without asking its runtime. */
export interface LabIdentity {
  readonly lab: string;
  readonly sandbox: string;
  /** Folder the sandbox was read from; it may be gone by now. */
  readonly folder: string;
  /** Who owns it: `uid` of the user, as text. */
  readonly owner: string;
  readonly networks: readonly string[];
}
