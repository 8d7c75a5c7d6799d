import type { Duplex, Readable, Writable } from 'node:stream';
import type { LabIdentity, NodeSpec, RootfsSpec } from './node-spec.ts';

/** What `probe()` found: can this runtime be used here, and what is not true of Envoy on it. */
export interface ProbeReport {
  readonly available: boolean;
  /** Such as `namespaces` or `loopback`; what `doctor` prints. */
  readonly mode: string;
  /** One line: what was found, or why it cannot be used. */
  readonly detail: string;
  readonly hint?: string;
  /** What behaves otherwise than on a real network, one sentence each; empty when nothing does. */
  readonly caveats: readonly string[];
}

/** A place where a runtime's engine may be, and what is there; what `doctor` prints. */
export interface EnginePlace {
  /** Such as `unix:///var/run/docker.sock`. */
  readonly address: string;
  /** Why it is looked at: `DOCKER_HOST`, `Docker's socket`, `context colima`. */
  readonly from: string;
  readonly available: boolean;
  /** What answers there, or why nothing does. */
  readonly detail: string;
}

/**
 * - `created`: made, its process not started yet
 * - `starting`: runs, not ready yet
 * - `ready`: answers its probe (of a job: has exited with 0)
 * - `paused`, `stopped`: the user asked for it
 * - `exited`: ended by itself
 */
export type ContainerState = 'created' | 'starting' | 'ready' | 'paused' | 'stopped' | 'exited';

export interface ObservedContainer {
  readonly name: string;
  readonly hash: string;
  readonly state: ContainerState;
  /** On the host; undefined when it does not run. */
  readonly pid?: number;
  /** Exit code, 128 + signal number when a signal ended it. */
  readonly exitCode?: number;
  /** ms since the epoch. */
  readonly startedAt?: number;
  /** Admin address inside the node, when the container is an engine's and its admin is up. */
  readonly admin?: { readonly host: string; readonly port: number };
}

export interface ObservedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** On 127.0.0.1 of the host. */
  readonly hostPort: number;
  /** Why it is not the number that was asked for; absent when it is, or none was. */
  readonly moved?: PortRefusal;
}

/** Why a port of the host could not be had: somebody has it, or only root may open it. */
export type PortRefusal = 'taken' | 'privileged';

export interface ObservedNode {
  readonly spec: NodeSpec;
  /** Address by network name. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly published: readonly ObservedPort[];
  readonly containers: readonly ObservedContainer[];
}

export interface ObservedLab {
  readonly identity: LabIdentity;
  readonly runtime: string;
  readonly mode: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly nodes: readonly ObservedNode[];
}

/** Something that happened in a lab; `watch` yields them in order. */
export type RuntimeEvent =
  | {
      readonly kind: 'container';
      readonly node: string;
      readonly container: string;
      readonly state: ContainerState;
      readonly exitCode?: number;
      readonly time: number;
    }
  | {
      readonly kind: 'node';
      readonly node: string;
      readonly state: 'created' | 'removed';
      readonly time: number;
    }
  | { readonly kind: 'lab'; readonly state: 'created' | 'removed'; readonly time: number };

export interface ExecRequest {
  readonly node: string;
  /** Whose files and environment the command sees; the node's first container when absent. */
  readonly container?: string;
  /** Only the node's network is wanted: the command is one of our own tools, and sees the runtime's files instead of a container's. */
  readonly tool?: boolean;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  /** Name or id; refused when the runtime cannot run anything as that user. */
  readonly user?: string;
  /** Nothing will be written to its stdin, which is at its end from the start. */
  readonly noStdin?: true;
  /** Present: run on a pseudo-terminal of this size. */
  readonly tty?: { readonly columns: number; readonly rows: number };
}

/** A command that runs inside a node. Disposing it kills the command. */
export interface ExecSession extends AsyncDisposable {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Empty with a terminal. */
  readonly stderr: Readable;
  /** 126: found, not executable; 127: not found; 128 + n: ended by signal n. */
  readonly exitCode: Promise<number>;
  resize(columns: number, rows: number): void;
}

export interface LogRequest {
  /** Node names with their number. */
  readonly nodes: readonly string[];
  readonly container?: string;
  readonly follow: boolean;
  /** Only this many last lines of each container; undefined: all. */
  readonly tail?: number;
  /** Only lines from this time on, ms since the epoch. */
  readonly since?: number;
  readonly signal?: AbortSignal;
}

export interface LogLine {
  readonly node: string;
  readonly container: string;
  readonly stream: 'stdout' | 'stderr';
  /** When the line was read, ms since the epoch. */
  readonly time: number;
  readonly text: string;
}

/** A local address that leads to a port of a node until it is disposed. */
export interface Dialed extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/**
 * A lab on a runtime, running or being built. Its unit is the node: no type of Docker's or Kubernetes' crosses
 * this interface. After stop, start or kill a node has the same name; its address may differ.
 */
export interface RunningLab extends AsyncDisposable {
  observe(): Promise<ObservedLab>;
  /** Makes nodes: network, address, name, published ports and files, nothing started. */
  create(nodes: readonly NodeSpec[]): Promise<void>;
  /**
   * Replaces the spec of nodes that exist: containers whose hash differs are stopped and made anew.
   * @param signal as of `start`
   */
  update(nodes: readonly NodeSpec[], signal?: AbortSignal): Promise<void>;
  /**
   * Starts containers (all of the node when none is named); returns when their processes run.
   * @param signal nobody waits any more: where that can take long, it ends with an error that says what was waited for
   */
  start(node: string, containers?: readonly string[], signal?: AbortSignal): Promise<void>;
  /** SIGTERM, then SIGKILL after `graceMs`. */
  stop(node: string, containers?: readonly string[], graceMs?: number): Promise<void>;
  kill(node: string, container: string | undefined, signal: NodeJS.Signals): Promise<void>;
  pause(node: string): Promise<void>;
  unpause(node: string): Promise<void>;
  /** Takes the nodes away; with none named, the whole lab. Returns when they are gone. */
  remove(nodes?: readonly string[]): Promise<void>;
  /** Events from now on, the present state of each container first; ends when the signal aborts or the lab goes. */
  watch(signal: AbortSignal): AsyncIterable<RuntimeEvent>;
  exec(request: ExecRequest): Promise<ExecSession>;
  logs(request: LogRequest): AsyncIterable<LogLine>;
  /**
   * A local address that leads to a port of the node, published or not, on its address or its loopback.
   * @throws LabError `runtime` whose cause has the code `ECONNREFUSED` when nothing listens there now
   */
  dial(node: string, port: number): Promise<Dialed>;
  /** A raw connection to a port of the node, published or not, on its address or its loopback. */
  connect(node: string, port: number): Promise<Duplex>;
  readFile(node: string, container: string | undefined, path: string): Promise<Buffer>;
}

/** How a runtime gets what containers start from. */
export interface PrepareOptions {
  /** Pull images from their registry, also where they could be assembled from the machine's own files. */
  readonly pull: boolean;
  /** Told what takes a while, such as `assemble image hello`. */
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Which names are possible. */
export interface NameRule {
  readonly pattern: RegExp;
  /** The same in words. */
  readonly rule: string;
  /** A name leads to the replicas of one node, not of all that have it as an alias. */
  readonly unique?: boolean;
}

/** Where containers run. A literal array in `registry.ts` lists them. */
export interface Runtime {
  readonly name: string;
  /** Whose programs containers run: the machine's own at their own paths, or those of an image by their bare name. */
  readonly programs: 'host' | 'image';
  /** It balances services by itself: their nodes come without a container. */
  readonly balances?: boolean;
  /** A name reaches other nodes a while after its node is there: `up` waits until proxies have heard of it. */
  readonly namesFollow?: boolean;
  /** The names it can give nodes and services; absent: every host name. */
  readonly names?: NameRule;
  /** The engine it talks to, such as a socket's address, when there can be several: what a later command needs to find a lab again. */
  readonly endpoint?: string;
  probe(): Promise<ProbeReport>;
  /** Names of all labs of this owner that run here. */
  list(): Promise<string[]>;
  /**
   * The lab, or undefined when none of that name runs.
   * @param endpoint where it was started, if that is written down and not where this runtime looks by itself
   */
  open(lab: string, endpoint?: string): Promise<RunningLab | undefined>;
  /** Makes sure that all is there that containers of these root file systems start from; `create` relies on it. */
  prepare(images: readonly RootfsSpec[], options: PrepareOptions): Promise<void>;
  /**
   * Makes an empty lab.
   * @throws LabError `runtime` when the machine does not allow it
   */
  create(identity: LabIdentity): Promise<RunningLab>;
  /** Removes what is left of a lab whose owner died, or of all labs; returns what was removed. */
  sweep(lab?: string): Promise<string[]>;
  /** Where labs share images that were made for them: removes those that no container uses; returns their names. */
  removeImages?(): Promise<string[]>;
}
