import type { ChildProcess } from 'node:child_process';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';
import type { ExecRequest } from '../../runtime.ts';

/** An address that leads to a port of a node, to be tried in order. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Source address to connect from; it decides which node's loopback is meant. */
  readonly localAddress?: string;
}

/** How a process ended: its code, or 128 + the signal's number. */
export type ExitCode = number;

/** Descriptors that a child gets as its standard streams. */
export interface ChildStreams {
  readonly stdin: number | 'ignore';
  readonly stdout: number;
  readonly stderr: number;
}

export interface Launched {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<ExitCode>;
}

/**
 * What differs between the two modes: how nodes get addresses, how containers see files, how processes are found
 * again. Everything else of the supervisor is written once, on top of this.
 */
export interface Isolation {
  readonly mode: 'namespaces' | 'loopback';
  /** Gives each node its network; returns its address by network name. Nothing is left when it throws. */
  createNodes(nodes: readonly NodeSpec[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /** The nodes' containers are gone by then. */
  removeNodes(nodes: readonly string[]): Promise<void>;
  /** Lays out a container's root and files. */
  createContainer(node: NodeSpec, container: ContainerSpec): Promise<void>;
  removeContainer(node: string, container: string): Promise<void>;
  /** Runs the container's own command; resolves once it runs, rejects when it cannot. */
  launch(node: NodeSpec, container: ContainerSpec, streams: ChildStreams): Promise<Launched>;
  /** Runs another command among a running container's files and network. */
  exec(
    node: NodeSpec,
    container: ContainerSpec,
    pid: number,
    request: ExecRequest,
    streams: ChildStreams,
  ): ChildProcess;
  /** Pids of all processes of a container, those it left behind included. */
  processes(node: string, container: string): readonly number[];
  /** A file of a container, running or not. */
  readFile(node: NodeSpec, container: ContainerSpec, pid: number | undefined, path: string): Promise<Buffer>;
  /** Where to try to reach a port of a node; empty when the node is not known. */
  endpoints(node: string, port: number): readonly Endpoint[];
  /** The same processes' numbers on the host. */
  hostPids(pids: readonly number[]): Promise<ReadonlyMap<number, number>>;
}
