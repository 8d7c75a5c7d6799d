import { doing } from '../errors.ts';
import type { ContainerObject, NodeObject } from '../objects.ts';
import type { LabAt } from './lab-at.ts';
import { ignoringEnded } from './stop.ts';

/** Sends a signal to the commands of containers; those that do not run are left alone. */
export async function killContainers(
  { engine }: LabAt,
  node: NodeObject,
  containers: readonly ContainerObject[],
  signal: NodeJS.Signals,
): Promise<void> {
  await Promise.all(
    containers.map(({ id, spec, status }) =>
      doing(`send ${signal} to ${node.spec.name}/${spec.name}`, async () => {
        if (status !== 'running' && status !== 'paused') return;
        await ignoringEnded(engine.docker.getContainer(id).kill({ signal }));
      }),
    ),
  );
}

/** Freezes or thaws what runs of a node. */
export async function pauseContainers({ engine }: LabAt, node: NodeObject, paused: boolean): Promise<void> {
  const from = paused ? 'running' : 'paused';
  const word = paused ? 'pause' : 'unpause';
  await Promise.all(
    node.containers
      .filter(({ status }) => status === from)
      .map(({ id, spec }) =>
        doing(`${word} ${node.spec.name}/${spec.name}`, () =>
          ignoringEnded(engine.docker.getContainer(id)[word]()),
        ),
      ),
  );
}
