import type Docker from 'dockerode';
import type { NodeObject } from '../../src/runtime/docker/objects.ts';
import type { ContainerSpec } from '../../src/runtime/node-spec.ts';
import { node } from '../contract/specs.ts';

/** A node as the runtime sees it, of a holder and containers that a test has made. */
export async function nodeObject(
  holder: Docker.Container,
  containers: readonly { readonly container: Docker.Container; readonly spec: ContainerSpec }[] = [],
): Promise<NodeObject> {
  const { State, NetworkSettings } = await holder.inspect();
  const addresses = Object.entries(NetworkSettings.Networks).map(([name, { IPAddress }]) => [
    name,
    IPAddress,
  ]);
  return {
    spec: node(
      'box',
      containers.map(({ spec }) => spec),
    ),
    id: holder.id,
    running: State.Running,
    addresses: Object.fromEntries(addresses),
    containers: await Promise.all(
      containers.map(async ({ container, spec }) => ({
        id: container.id,
        spec,
        status: await statusOf(container),
      })),
    ),
    published: [],
    revision: 0,
  };
}

async function statusOf(container: Docker.Container) {
  const { Status } = (await container.inspect()).State;
  return Status === 'running' || Status === 'paused' || Status === 'exited' ? Status : 'created';
}
