import type { Runtime } from '../../src/runtime/runtime.ts';

/**
 * What a runtime cannot do, and says so.
 *
 * - `pause`: a node cannot be paused
 * - `udp`: UDP ports cannot be published
 * - `half-close`: a forwarded connection cannot be ended in one direction only
 * - `streams`: a log does not tell stdout from stderr
 * - `volumes`: no folder of this machine can be shared
 * - `file-writes`: files that are given to a container cannot be written inside, and not in all paths
 * - `single-starts`: a container is started with its node: its files and logs, and the others, begin anew
 * - `pids`: nothing is known of processes on their machine
 * - `early-addresses`: a node has an address only while it runs
 * - `users`: a command runs as its container's user, and no user is known by name
 * - `dotted-names`: an alias is one word
 * - `own-memory`: the containers of a node share /dev/shm
 * - `networks`: all nodes are in one network, and know each other's names
 * - `background-output`: a command has not ended while something it started holds its output open
 * - `loopback-probes`: what listens on the loopback of its node only is never found to be ready
 */
export type Lack =
  | 'pause'
  | 'udp'
  | 'half-close'
  | 'streams'
  | 'volumes'
  | 'file-writes'
  | 'single-starts'
  | 'pids'
  | 'early-addresses'
  | 'users'
  | 'dotted-names'
  | 'networks'
  | 'own-memory'
  | 'background-output'
  | 'loopback-probes';

/** A runtime under test, and what may be asked of it. */
export interface Subject {
  /** Shown in the names of the tests. */
  readonly name: string;
  readonly runtime: Runtime;
  /** Nodes of different networks cannot reach each other, even by address. */
  readonly isolates: boolean;
  /**
   * The end of another lab lets networks reach each other until a container starts: Podman's netavark 1.4 takes the rule
   * that all isolated networks share along with any of them.
   */
  readonly losesIsolation: boolean;
  /** A container sees files at the absolute paths of its spec, and has a root of its own to write to. */
  readonly ownRoot: boolean;
  /** Any port may be opened in a node, those below 1024 too, also by programs that know nothing of labs. */
  readonly ownPorts: boolean;
  /**
   * A name leads to other replicas as soon as one is down. Podman 4.3's name server starts anew whenever a container leaves,
   * and was seen to answer nothing for 40 s.
   */
  readonly namesFollowAtOnce: boolean;
  /** Node's binary inside a container. */
  readonly node: string;
  /** A published port leads to what listens on the loopback of its node only. Engines forward to the node's address. */
  readonly publishesLoopback: boolean;
  /** Ports and aliases of a node can be changed while it runs. An engine's containers have theirs for life. */
  readonly changesNodes: boolean;
  /** A line can be read before it has its end. Docker keeps what a container writes back until then. */
  readonly unfinishedLines: boolean;
  /** Nothing when absent. */
  readonly lacks?: readonly Lack[];
  /** Environment variables that every container gets besides the usual ones. */
  readonly engineEnv: readonly string[];
  /** Fails when anything of the runtime is left. */
  assertNothingLeft(): Promise<void>;
  dispose(): Promise<void>;
}

/** Why a subject cannot be tested on this machine. */
export interface Unavailable {
  readonly name: string;
  readonly reason: string;
}

/** For `skip` of a test: the reason where a runtime lacks what it is about, else false. */
export function without({ lacks = [] }: Subject, lack: Lack): string | false {
  return lacks.includes(lack) && `the runtime lacks ${lack}`;
}
