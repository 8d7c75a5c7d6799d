import { doing, isMissing, statusOf } from '../errors.ts';
import { containerName } from '../names.ts';
import type { ContainerObject, NodeObject } from '../objects.ts';
import type { LabAt } from './lab-at.ts';
import { rename } from './rename.ts';

/** Stops containers of a node: SIGTERM, then SIGKILL after `graceMs`, which engines count in whole seconds. */
export async function stopContainers(
  lab: LabAt,
  node: NodeObject,
  containers: readonly ContainerObject[],
  graceMs: number,
): Promise<void> {
  await Promise.all(containers.map((container) => stopOne(lab, node, container, graceMs)));
}

/** Ends a node's holder: its name and its ports are free then. */
export function stopHolder({ engine }: LabAt, node: NodeObject): Promise<void> {
  return doing(`stop node ${node.spec.name}`, async () => {
    if (!node.running) return;
    await ignoringEnded(engine.docker.getContainer(node.id).kill({ signal: 'SIGKILL' }));
  });
}

function stopOne(lab: LabAt, node: NodeObject, container: ContainerObject, graceMs: number): Promise<void> {
  const { name } = node.spec;
  return doing(`stop ${name}/${container.spec.name}`, async () => {
    const { id, spec, mark, status } = container;
    // Said first: whoever sees it end knows that it was asked for.
    const stopped = containerName(lab.identity.lab, name, spec.name, { kind: 'stopped' });
    if (mark?.kind !== 'stopped') await rename(lab, id, stopped);
    const object = lab.engine.docker.getContainer(id);
    if (status === 'paused') await ignoringEnded(object.unpause());
    if (status === 'running' || status === 'paused') {
      await ignoringEnded(object.stop({ t: Math.ceil(graceMs / 1000) }));
    }
  });
}

/** Waits for a request to end a container; that it has ended, or is gone, is as good. */
export async function ignoringEnded(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!isMissing(error) && statusOf(error) !== 304 && statusOf(error) !== 409) throw error;
  }
}
