import type Docker from 'dockerode';
import type { ObservedContainer } from '../../runtime.ts';
import { isMissing } from '../errors.ts';
import type { ContainerObject, NodeObject } from '../objects.ts';
import { isReady, type ProbeContext } from '../ready/ready.ts';
import { presentState } from './states.ts';

/** Longest that the question whether a container is ready may take, in ms. */
const LOOK_MS = 2000;

/**
 * A container as it is now. Only of one that was listed as running more is asked: an engine's lists lag behind its
 * events, and neither its process nor whether it is ready is in them.
 */
export async function lookAt(
  node: NodeObject,
  container: ContainerObject,
  context: ProbeContext,
): Promise<ObservedContainer> {
  const { name, hash, once } = container.spec;
  const present = presentState(container, node.running);
  const listed = { name, hash, ...present };
  if (present.state !== 'starting' && present.state !== 'paused') return listed;
  const [inspected, ready] = await Promise.all([
    inspect(container, context),
    present.state === 'starting' && !once
      ? isReady(context, node, container, AbortSignal.timeout(LOOK_MS))
      : false,
  ]);
  if (!inspected.Running) {
    const ended = { ...container, status: 'exited', exitCode: inspected.ExitCode } as const;
    return { name, hash, ...presentState(ended, node.running) };
  }
  const startedAt = Date.parse(inspected.StartedAt);
  return { ...listed, pid: inspected.Pid, startedAt, ...(ready && { state: 'ready' }) };
}

type Inspected = Pick<Docker.ContainerInspectInfo['State'], 'Running' | 'Pid' | 'StartedAt' | 'ExitCode'>;

async function inspect({ id }: ContainerObject, { docker }: ProbeContext): Promise<Inspected> {
  try {
    return (await docker.getContainer(id).inspect()).State;
  } catch (error) {
    if (isMissing(error)) return { Running: false, Pid: 0, StartedAt: '', ExitCode: 0 };
    throw error;
  }
}
