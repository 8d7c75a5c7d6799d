import type { ContainerState, ObservedLab, ObservedNode } from '../runtime/runtime.ts';

/** A lab as it is at one moment. */
export interface LabState {
  readonly lab: string;
  /** The sandbox's own name. */
  readonly sandbox: string;
  /** Folder the sandbox was read from. */
  readonly folder: string;
  readonly runtime: string;
  /** How the runtime keeps nodes apart, such as `namespaces` or `loopback`. */
  readonly mode: string;
  readonly createdAt: Date;
  /** In the order of the sandbox's file, replicas beside each other. */
  readonly nodes: readonly NodeState[];
}

/** One replica of a node. */
export interface NodeState {
  /** With its number: `service1-1`. */
  readonly name: string;
  /** The node's name in the sandbox: `service1`. */
  readonly group: string;
  /** Counted from 1. */
  readonly index: number;
  /** Present when it is a service: the node it leads to, and the ports it is called at. */
  readonly service?: { readonly nodes: string; readonly ports: readonly number[] };
  /** Its address in each network, by the network's name. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
  readonly containers: readonly LabContainer[];
}

/** A port of a node that is open on 127.0.0.1 of the host. */
export interface PublishedPort {
  readonly name: string;
  /** Its number in the node. */
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly host: '127.0.0.1';
  readonly hostPort: number;
}

/** One process of a node. */
export interface LabContainer {
  readonly name: string;
  /** `engine`: an Envoy config that `engine` runs. */
  readonly kind: 'engine' | 'app';
  readonly engine: string | undefined;
  readonly image: string | undefined;
  readonly state: ContainerState;
  /** Of one that ended: its exit code, 128 + n when signal n ended it. */
  readonly exitCode: number | undefined;
  readonly startedAt: Date | undefined;
}

/** What a runtime sees, without what only runtimes need. */
export function labState(lab: ObservedLab): LabState {
  const { identity, runtime, mode, createdAt, nodes } = lab;
  return {
    lab: identity.lab,
    sandbox: identity.sandbox,
    folder: identity.folder,
    runtime,
    mode,
    createdAt: new Date(createdAt),
    nodes: nodes.map(nodeState),
  };
}

function nodeState({ spec, addresses, published, containers }: ObservedNode): NodeState {
  return {
    name: spec.name,
    group: spec.group,
    index: spec.index,
    ...(spec.service && {
      service: { nodes: spec.service.selects, ports: spec.service.ports.map(({ port }) => port) },
    }),
    addresses,
    ports: published.map(({ name, port, protocol, hostPort }) => {
      return { name, port, protocol, host: '127.0.0.1', hostPort };
    }),
    containers: spec.containers.map(({ name, kind, engine, image }) => {
      const found = containers.find((container) => container.name === name);
      const startedAt = found?.startedAt === undefined ? undefined : new Date(found.startedAt);
      const state = found?.state ?? 'created';
      return { name, kind, engine, image, state, exitCode: found?.exitCode, startedAt };
    }),
  };
}
