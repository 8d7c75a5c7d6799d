import type Docker from 'dockerode';
import type { ContainerObject, NodeObject } from '../objects.ts';
import { pause } from '../pause.ts';
import type { Reach } from '../reach/reach.ts';
import { untilLine } from './log-probe.ts';
import { adminOf, look } from './look.ts';

/** What a probe works with. */
export interface ProbeContext {
  readonly docker: Docker;
  readonly reach: Reach;
}

/** Pauses between two looks in ms: the first, how much longer the next, the longest. A command costs a process each. */
const pauses = {
  connection: { first: 10, growth: 1.3, longest: 100 },
  command: { first: 50, growth: 1.5, longest: 500 },
} as const;
/**
 * How long it is not asked whether a container listens on the loopback only, in ms: nearly all that have not answered by
 * now just have not started yet, and the agent that finds out costs a process a node.
 */
const CHEAP_MS = 400;

/** Asks once whether a running container answers its probe. Never throws because of the container. */
export async function isReady(
  context: ProbeContext,
  node: NodeObject,
  container: ContainerObject,
  signal: AbortSignal,
): Promise<boolean> {
  if (container.status !== 'running' || signal.aborted) return false;
  const answer = look(container.spec.ready, { context, node, container, cheap: false, signal });
  return (
    (await unlessAborted(
      answer.catch(() => false),
      signal,
    )) ?? false
  );
}

/** Resolves when a running container answers its probe; true then, false when the signal aborts first. */
export async function untilReady(
  context: ProbeContext,
  node: NodeObject,
  container: ContainerObject,
  signal: AbortSignal,
): Promise<boolean> {
  const probe = container.spec.ready;
  if (signal.aborted) return false;
  if (probe.kind === 'log') {
    const line = untilLine(context.docker, container.id, probe.pattern, signal);
    return (await unlessAborted(line, signal)) ?? false;
  }
  const { first, growth, longest } = pauses[probe.kind === 'exec' ? 'command' : 'connection'];
  const begun = Date.now();
  for (let ms: number = first; !signal.aborted; ms = Math.min(ms * growth, longest)) {
    const cheap = Date.now() - begun < CHEAP_MS;
    const answer = look(probe, { context, node, container, cheap, signal }).catch(() => false);
    if (await unlessAborted(answer, signal)) return true;
    await pause(ms, signal);
  }
  return false;
}

/** Where an engine's container has its admin, as the node sees it; undefined while that is not known. */
export async function adminAddressOf(
  context: ProbeContext,
  container: ContainerObject,
): Promise<{ readonly host: string; readonly port: number } | undefined> {
  return adminOf(context, container).catch(() => undefined);
}

/** @returns undefined when the signal aborts first */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    // What fails after nobody waits for it is no failure.
    work.catch(() => {});
  }
}
