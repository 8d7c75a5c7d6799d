import { LabError } from '../../../error.ts';
import type { NodeSpec } from '../../node-spec.ts';
import { doing } from '../errors.ts';
import { containerName } from '../names.ts';
import type { ContainerObject, NodeObject } from '../objects.ts';
import { discard } from './create.ts';
import type { LabAt } from './lab-at.ts';
import { makeContainer } from './make-container.ts';
import { removeContainers } from './remove.ts';
import { rename } from './rename.ts';

/** Gives a node its containers anew where their hash differs; the others are not touched. */
export async function updateNode(lab: LabAt, node: NodeObject, spec: NodeSpec): Promise<void> {
  checkSameNode(node.spec, spec);
  const keeps = ({ spec: { name, hash } }: ContainerObject) =>
    spec.containers.some((wanted) => wanted.name === name && wanted.hash === hash);
  const old = node.containers.filter((container) => !keeps(container));
  const missing = spec.containers.filter(
    ({ name }) => !node.containers.some((container) => keeps(container) && container.spec.name === name),
  );
  const { images, docker } = lab.engine;
  const refOf = await images.refs(missing.map(({ rootfs }) => rootfs));
  // The old ones keep running until their successors are there: a bad spec costs nothing.
  await Promise.all(old.map((container) => setAside(lab, spec.name, container)));
  const made: string[] = [];
  const results = await Promise.allSettled(
    missing.map((container) =>
      makeContainer(lab, spec, container, {
        holder: node.id,
        image: refOf(container.rootfs),
        revision: node.revision + 1,
        made: (id) => made.push(id),
      }),
    ),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await discard(docker, made);
    await Promise.all(old.map((container) => putBack(lab, spec.name, container)));
    throw failed.reason;
  }
  await doing(`update node ${spec.name}`, () =>
    removeContainers(
      lab.engine,
      old.map(({ id }) => id),
    ),
  );
}

/** What the holder is made with cannot be changed while others use it. */
function checkSameNode(before: NodeSpec, after: NodeSpec): void {
  const parts = {
    networks: 'networks',
    aliases: 'aliases',
    hosts: 'hosts',
    publish: 'published ports',
  } as const;
  for (const [part, word] of Object.entries(parts)) {
    const of = (spec: NodeSpec) => JSON.stringify(spec[part as keyof typeof parts]);
    if (of(before) === of(after)) continue;
    throw new LabError('runtime', `the ${word} of node ${after.name} have changed`, {
      hint: 'Remove the node and create it again.',
    });
  }
}

function setAside(lab: LabAt, node: string, container: ContainerObject): Promise<void> {
  const { id, spec } = container;
  return rename(lab, id, containerName(lab.identity.lab, node, spec.name, { kind: 'old' }));
}

function putBack(lab: LabAt, node: string, { id, spec, mark }: ContainerObject): Promise<void> {
  return rename(lab, id, containerName(lab.identity.lab, node, spec.name, mark));
}
