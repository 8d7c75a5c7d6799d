import type { Runtime } from '../../src/runtime/runtime.ts';

/** A runtime under test, and what may be asked of it. */
export interface Subject {
  /** Shown in the names of the tests. */
  readonly name: string;
  readonly runtime: Runtime;
  /** Nodes of different networks cannot reach each other, even by address. */
  readonly isolates: boolean;
  /** A container sees files at the absolute paths of its spec, and has a root of its own to write to. */
  readonly ownRoot: boolean;
  /** Any port may be opened in a node, those below 1024 too, also by programs that know nothing of labs. */
  readonly ownPorts: boolean;
  /** Node's binary inside a container. */
  readonly node: string;
  /** Fails when anything of the runtime is left. */
  assertNothingLeft(): Promise<void>;
  dispose(): Promise<void>;
}

/** Why a subject cannot be tested on this machine. */
export interface Unavailable {
  readonly name: string;
  readonly reason: string;
}
