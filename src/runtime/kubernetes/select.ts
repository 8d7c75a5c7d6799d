import { LabError } from '../../error.ts';
import type { ContainerSpec } from '../node-spec.ts';
import type { NodeObject } from './states.ts';
import { statusOf } from './states.ts';

/** @throws LabError `usage` that names the nodes there are */
export function unknownNode(name: string, nodes: readonly NodeObject[]): LabError {
  const known = nodes.map(({ record }) => record.spec.name).join(', ') || 'none';
  return new LabError('usage', `the lab has no node named ${name}`, { hint: `There are: ${known}.` });
}

/** @throws LabError `usage` when there is no such node */
export function nodeNamed(name: string, nodes: readonly NodeObject[]): NodeObject {
  const node = nodes.find(({ record }) => record.spec.name === name);
  if (node === undefined) throw unknownNode(name, nodes);
  return node;
}

/**
 * All containers of a node, or those named.
 * @throws LabError `usage` when there is none of a name
 */
export function containersOf(
  { record: { spec } }: NodeObject,
  names?: readonly string[],
): readonly ContainerSpec[] {
  if (names === undefined) return spec.containers;
  return names.map((name) => {
    const container = spec.containers.find((candidate) => candidate.name === name);
    if (container !== undefined) return container;
    const known = spec.containers.map((candidate) => candidate.name).join(', ') || 'none';
    throw new LabError('usage', `node ${spec.name} has no container named ${name}`, {
      hint: `There are: ${known}.`,
    });
  });
}

/** Whether a container's program runs: one that is held back until it is started does not. */
export function runs({ record, pod }: NodeObject, container: string): boolean {
  return statusOf(pod, container)?.state?.running !== undefined && record.started.includes(container);
}

/**
 * The container that a command is meant for when none is named: the first that runs.
 * @throws LabError `runtime` when none runs
 */
export function runningContainer(node: NodeObject, name?: string): ContainerSpec {
  const where = node.record.spec.name;
  const found = containersOf(node, name === undefined ? undefined : [name]).find((container) =>
    runs(node, container.name),
  );
  if (found !== undefined) return found;
  const what =
    name === undefined
      ? `node ${where} has no running container`
      : `container ${where}/${name} is not running`;
  throw new LabError('runtime', what, { hint: `envoy-lab start ${where} starts it.` });
}
