import type Docker from 'dockerode';
import type { NetworkObject } from '../dialect.ts';
import type { Engine } from '../engine.ts';
import { label, labelFilter } from '../labels.ts';
import type { LabObjects, NodeObject } from '../objects.ts';
import { labObjects, nodeObjects } from './objects.ts';

/** Every container of a lab, running or not, as the engine lists it. */
export function listContainers({ docker }: Engine, lab: string): Promise<Docker.ContainerInfo[]> {
  return docker.listContainers({ all: true, filters: labelFilter({ [label.lab]: lab }) });
}

export function listNetworks({ docker, dialect }: Engine, lab: string): Promise<NetworkObject[]> {
  return dialect.listNetworks(docker, labelFilter({ [label.lab]: lab }));
}

/** All of a lab, for the price of two lists; undefined when there is no such lab. */
export async function listLab(engine: Engine, lab: string): Promise<LabObjects | undefined> {
  const [containers, networks] = await Promise.all([listContainers(engine, lab), listNetworks(engine, lab)]);
  return labObjects(containers, networks);
}

/** One node of a lab; undefined when it has none of that name. */
export async function listNode(engine: Engine, lab: string, node: string): Promise<NodeObject | undefined> {
  const filters = labelFilter({ [label.lab]: lab, [label.node]: node });
  const containers = await engine.docker.listContainers({ all: true, filters });
  return nodeObjects(containers)[0];
}
