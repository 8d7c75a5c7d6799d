import type { ContainerSpec, LabIdentity, NodeSpec } from '../node-spec.ts';
import type { ObservedPort } from '../runtime.ts';
import type { Mark } from './names.ts';

/** A container of a lab as the engine lists it. */
export interface ContainerObject {
  /** The engine's id. */
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly status: 'created' | 'running' | 'paused' | 'exited';
  /** Of its last end; undefined when it runs or never ran. */
  readonly exitCode?: number;
  /** What its name says beyond what the engine knows. */
  readonly mark?: Mark;
}

/** A node as the engine holds it: the holder owns the network, the others join it. */
export interface NodeObject {
  readonly spec: NodeSpec;
  /** Of the holder. */
  readonly id: string;
  readonly running: boolean;
  /** Address by network name of the sandbox; empty while the holder does not run. */
  readonly addresses: Readonly<Record<string, string>>;
  /** In the order of the spec. */
  readonly containers: readonly ContainerObject[];
  /** Host ports that were chosen when the node was made. */
  readonly published: readonly ObservedPort[];
  /** Counts the updates of the node; the newest spec is kept on the containers made by the last of them. */
  readonly revision: number;
}

/** All that the engine holds of a lab. */
export interface LabObjects {
  readonly identity: LabIdentity;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly nodes: readonly NodeObject[];
}
