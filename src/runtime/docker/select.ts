import { LabError } from '../../error.ts';
import type { ContainerObject, NodeObject } from './objects.ts';

/** @throws LabError `usage` that names the nodes there are */
export function unknownNode(name: string, nodes: readonly NodeObject[]): LabError {
  const known = nodes.map(({ spec }) => spec.name).join(', ') || 'none';
  return new LabError('usage', `the lab has no node named ${name}`, { hint: `There are: ${known}.` });
}

/** @throws LabError `usage` when there is no such node */
export function nodeNamed(name: string, nodes: readonly NodeObject[]): NodeObject {
  const node = nodes.find(({ spec }) => spec.name === name);
  if (node === undefined) throw unknownNode(name, nodes);
  return node;
}

/**
 * All containers of a node, or those named.
 * @throws LabError `usage` when there is none of a name
 */
export function containersOf(
  { spec: { name: node }, containers }: NodeObject,
  names?: readonly string[],
): readonly ContainerObject[] {
  if (names === undefined) return containers;
  return names.map((name) => {
    const container = containers.find(({ spec }) => spec.name === name);
    if (container !== undefined) return container;
    const known = containers.map(({ spec }) => spec.name).join(', ') || 'none';
    throw new LabError('usage', `node ${node} has no container named ${name}`, {
      hint: `There are: ${known}.`,
    });
  });
}

/**
 * The container that a command is meant for when none is named: the first that runs.
 * @throws LabError `runtime` when none runs
 */
export function runningContainer(node: NodeObject, name?: string): ContainerObject {
  const where = node.spec.name;
  for (const container of containersOf(node, name === undefined ? undefined : [name])) {
    if (container.status === 'paused') throw new LabError('runtime', `node ${where} is paused`);
    if (container.status === 'running' && node.running) return container;
  }
  const what =
    name === undefined
      ? `node ${where} has no running container`
      : `container ${where}/${name} is not running`;
  throw new LabError('runtime', what, { hint: `envoy-lab start ${where} starts it.` });
}
