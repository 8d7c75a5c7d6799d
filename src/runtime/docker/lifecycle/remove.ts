import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { LabError } from '../../../error.ts';
import type { Engine } from '../engine.ts';
import { isDisconnected, isMissing, statusOf } from '../errors.ts';
import { label } from '../labels.ts';
import { removeNetworks } from '../networks.ts';
import { listContainers, listNetworks } from '../observe/list.ts';

/** Takes containers away, whatever state they are in. Returns when they are gone. */
export async function removeListed(
  engine: Engine,
  containers: readonly Docker.ContainerInfo[],
): Promise<void> {
  const first = engine.dialect.joinersGoFirst
    ? containers.filter(({ Labels }) => Labels[label.container] !== undefined)
    : [];
  const rest = containers.filter((container) => !first.includes(container));
  for (const some of [first, rest]) {
    await removeContainers(
      engine,
      some.map(({ Id }) => Id),
    );
  }
}

/** How often what appears while a lab is taken away is taken away too, and ms between. */
const TRIES = 5;
const PAUSE_MS = 200;

/**
 * Takes all of a lab away, whatever state it is in. An engine goes on with what a killed `up` has asked it for: what
 * appears meanwhile goes too.
 */
export async function removeLab(engine: Engine, lab: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      if (await removeAll(engine, lab)) return;
    } catch (error) {
      if (tries === TRIES || isDisconnected(error)) throw error;
    }
    if (tries === TRIES) throw new LabError('runtime', `containers appear in lab ${lab} while it is removed`);
    await delay(PAUSE_MS);
  }
}

/** @returns whether nothing is left */
async function removeAll(engine: Engine, lab: string): Promise<boolean> {
  const networks = listNetworks(engine, lab);
  networks.catch(() => {});
  await removeListed(engine, await listContainers(engine, lab));
  const ids = (await networks).map(({ id }) => id);
  const [late] = await Promise.all([listContainers(engine, lab), removeNetworks(engine, ids)]);
  return late.length === 0;
}

/** Ends and removes containers, all at once. */
export async function removeContainers({ docker }: Engine, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => removeContainer(docker, id)));
}

async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (isMissing(error)) return;
    // Somebody else removes it already: it is gone when that is done.
    if (statusOf(error) !== 409) throw error;
    await container.wait({ condition: 'removed' }).catch((gone: unknown) => {
      if (!isMissing(gone)) throw gone;
    });
  }
}
