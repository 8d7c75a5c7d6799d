import { LabError } from '../../../error.ts';
import { engineText, explain, isDisconnected, isUnknownUser, launchCode } from '../errors.ts';
import { containerName } from '../names.ts';
import type { ContainerObject, NodeObject } from '../objects.ts';
import { startHolder } from './create.ts';
import type { LabAt } from './lab-at.ts';
import { rename } from './rename.ts';

/** Starts containers of a node, its holder first when that does not run; returns when their processes run. */
export async function startContainers(
  lab: LabAt,
  node: NodeObject,
  containers: readonly ContainerObject[],
): Promise<void> {
  if (!node.running) {
    // What still runs is in the network of a holder that died: it has to join the new one.
    await Promise.all(node.containers.map((container) => endLost(lab, container)));
    await startHolder(lab, node.spec.name, node.id, node.published);
  }
  const results = await Promise.allSettled(containers.map((container) => startOne(lab, node, container)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function endLost({ engine }: LabAt, { id, status }: ContainerObject): Promise<void> {
  if (status !== 'running' && status !== 'paused') return;
  await engine.docker
    .getContainer(id)
    .kill({ signal: 'SIGKILL' })
    .catch(() => {});
}

async function startOne(lab: LabAt, node: NodeObject, container: ContainerObject): Promise<void> {
  const { docker } = lab.engine;
  const name = node.spec.name;
  const { id, spec, mark } = container;
  try {
    if (mark !== undefined) await rename(lab, id, containerName(lab.identity.lab, name, spec.name));
    await docker.getContainer(id).start();
  } catch (error) {
    // It runs already.
    if ((error as { statusCode?: number }).statusCode === 304) return;
    if (isDisconnected(error)) throw explain(error, `start ${name}/${spec.name}`);
    const exitCode = launchCode(error) ?? 125;
    // The engine forgets why a container never ran, and tells nobody: its name says it to all.
    const failed = containerName(lab.identity.lab, name, spec.name, { kind: 'failed', exitCode });
    await rename(lab, id, failed).catch(() => {});
    throw startError(`${name}/${spec.name}`, container, error);
  }
}

function startError(where: string, { spec: { argv, user } }: ContainerObject, cause: unknown): LabError {
  const said = engineText(cause);
  const code = launchCode(cause);
  if (code !== undefined) {
    const why = code === 127 ? 'no such program in its image' : 'it is not executable';
    return new LabError(
      'runtime',
      `container ${where} did not start: ${argv[0] ?? "its image's command"}: ${why}`,
      {
        hint: 'the program has to be in the image, or be a path inside it',
        cause,
      },
    );
  }
  if (isUnknownUser(cause)) {
    return new LabError('usage', `${where} cannot run as ${user}: ${said}`, { cause });
  }
  const { message, hint } = explain(cause, `start ${where}`);
  return new LabError('runtime', message, { hint, cause });
}
