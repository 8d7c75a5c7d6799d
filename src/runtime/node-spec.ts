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

/** A program a container starts by its bare name. */
export interface ProgramSpec {
  readonly name: string;
  /** Where the machine has it; undefined when it does not: then only a pulled image can bring it. */
  readonly hostPath?: string;
}

/**
 * What a container's root file system starts from, before its own `files` are put in: the content of an image. A runtime
 * that gives containers the machine's own programs takes only the files of it.
 */
export interface RootfsSpec {
  /** Of the app's image, of the engine, or `base` when a container is only a command. */
  readonly name: string;
  readonly programs: readonly ProgramSpec[];
  readonly files: readonly FileSpec[];
  /**
   * Files and folders of the machine, absolute, that the programs read while they run: they are at the same path in an image
   * that is assembled, and nowhere else.
   */
  readonly machineFiles?: readonly string[];
  /** Image to start from where one is pulled instead of being assembled from the machine's files. */
  readonly base?: string;
  /**
   * An image of a registry that is used as it is, such as `quay.io/team/shop:1.2`: nothing is assembled, and its own
   * user, directory and environment count where the container says nothing.
   */
  readonly reference?: string;
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
  /**
   * An Envoy admin that answers `/ready`. Its address is in the file that `--admin-address-path` wrote, and known
   * beforehand when the config names a port.
   */
  | {
      readonly kind: 'admin';
      readonly addressFile: string;
      readonly address?: { readonly host: string; readonly port: number };
    }
  /** Ready as soon as it runs. */
  | { readonly kind: 'started' };

/** `name` is a container of the same node, or another node (all its replicas, all its containers). */
export interface Dependency {
  readonly name: string;
  readonly until: 'ready' | 'done';
}

/**
 * What a steered program is told of its surroundings: texts in {@link SteeredSpec} that a runtime replaces by what only it
 * knows.
 */
export const SURROUNDINGS = {
  /** IP address of the node. */
  address: '{{envoy-lab:address}}',
  /** IP address and port of the lab's DNS server. */
  dnsAddress: '{{envoy-lab:dns-address}}',
  dnsPort: '{{envoy-lab:dns-port}}',
} as const;

/**
 * How a program is run that cannot be moved to its node's address, because it is not Node's and the node has no network of
 * its own: it has to be told. Runtimes whose nodes have networks ignore it.
 */
export interface SteeredSpec {
  /** In place of the container's own. */
  readonly argv: readonly string[];
  /** More files. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** TCP ports it opens on the node's address. */
  readonly ports: readonly number[];
}

/** One process in a node. */
export interface ContainerSpec {
  readonly name: string;
  readonly kind: 'engine' | 'app';
  /** For an engine's container, which one: `ts` or `envoy`. */
  readonly engine?: string;
  /** The engine's version, such as `1.40.0`. */
  readonly engineVersion?: string;
  /** Name of the app's image; undefined for an engine's container, and when it is only a command. */
  readonly image?: string;
  readonly rootfs: RootfsSpec;
  /** Empty only with `rootfs.reference`: then the image's own entrypoint runs. */
  readonly argv: readonly string[];
  /** Only where `argv` is empty: in place of the image's own arguments (its CMD). */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly FileSpec[];
  readonly volumes: readonly VolumeSpec[];
  readonly user?: string;
  readonly workdir?: string;
  readonly ready: ReadyProbe;
  readonly dependsOn: readonly Dependency[];
  /** A job: it is ready once it has exited with 0, and is not expected to stay. */
  readonly once: boolean;
  readonly steered?: SteeredSpec;
  /**
   * Present when words of it tell the replica's name: the words before it was put in for `{{replica}}`. A runtime that
   * makes all replicas of one template puts it in there.
   */
  readonly perReplica?: Pick<ContainerSpec, 'env' | 'argv' | 'args'>;
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

/** A TCP port of a service. */
export interface ServicePort {
  /** A DNS label, unique in the service. */
  readonly name: string;
  /** Where the service is called. */
  readonly port: number;
  /** Where the replicas listen. */
  readonly targetPort: number;
  readonly protocol: 'tcp';
}

/** How a replica tells from outside of itself that it is ready: at a port of its own address. */
export type ServiceProbe = Extract<ReadyProbe, { readonly kind: 'http' | 'tcp' }>;

/** A stable name whose connections are balanced over the ready replicas of a node, as Kubernetes' Service does. */
export interface ServiceSpec {
  readonly ports: readonly ServicePort[];
  /** Group of the nodes it leads to. */
  readonly selects: string;
  /**
   * What must all hold for a replica to be ready; a runtime that knows the readiness of nodes itself does not need them.
   * Without any, a replica is ready when its target port accepts.
   */
  readonly ready?: readonly ServiceProbe[];
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
  /** More lines of /etc/hosts: IP address by name. Absent when there is none. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly publish: readonly PublishSpec[];
  readonly containers: readonly ContainerSpec[];
  /**
   * Present when the node is a service: its containers are the forwarder that balances, and there are none on a runtime
   * that balances by itself.
   */
  readonly service?: ServiceSpec;
  /** Content hash of what belongs to the node itself (networks, aliases, hosts, publish), containers excluded. */
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

/** Every file of a container that is not the machine's own, in the order in which they are put in. */
export function filesOf({ rootfs, files }: Pick<ContainerSpec, 'rootfs' | 'files'>): readonly FileSpec[] {
  return [...rootfs.files, ...files];
}
