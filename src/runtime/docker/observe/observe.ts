import type { ObservedContainer, ObservedLab } from '../../runtime.ts';
import type { Engine } from '../engine.ts';
import type { ContainerObject, LabObjects, NodeObject } from '../objects.ts';
import { adminAddressOf, type ProbeContext } from '../ready/ready.ts';
import { lookAt } from './look.ts';

/** The lab as it is. */
export async function observe(
  engine: Engine,
  { identity, createdAt, nodes }: LabObjects,
  context: ProbeContext,
): Promise<ObservedLab> {
  return {
    identity,
    runtime: 'docker',
    mode: engine.dialect.name,
    createdAt,
    nodes: await Promise.all(
      nodes.map(async (node) => ({
        spec: node.spec,
        addresses: node.addresses,
        published: node.published,
        containers: await Promise.all(
          node.containers.map((container) => withAdmin(node, container, context)),
        ),
      })),
    ),
  };
}

async function withAdmin(
  node: NodeObject,
  container: ContainerObject,
  context: ProbeContext,
): Promise<ObservedContainer> {
  const observed = await lookAt(node, container, context);
  if (observed.state !== 'ready' || container.spec.ready.kind !== 'admin') return observed;
  const admin = await adminAddressOf(context, container);
  return { ...observed, ...(admin && { admin }) };
}
