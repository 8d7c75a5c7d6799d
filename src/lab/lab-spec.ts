import type { ContainerSpec, LabIdentity, NodeSpec } from '../runtime/node-spec.ts';

/** A lab as it should be: every choice made, every replica written out. */
export interface LabSpec {
  readonly identity: LabIdentity;
  /** In the sandbox's order, replicas of a node beside each other. */
  readonly nodes: readonly NodeSpec[];
}

/** A container and the node it stands in. */
export interface ContainerRef {
  readonly node: string;
  readonly container: string;
}

/** `service1-1/app`: how a container is written everywhere. */
export function containerName(node: string, container: string): string {
  return `${node}/${container}`;
}

/** All containers of the nodes, in order. */
export function* containersOf(
  nodes: readonly NodeSpec[],
): Generator<{ node: NodeSpec; container: ContainerSpec }> {
  for (const node of nodes) {
    for (const container of node.containers) yield { node, container };
  }
}
