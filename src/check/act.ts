import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../error.ts';
import type { Action } from '../sandbox/check.ts';
import type { Answer } from './answer.ts';
import type { Restorer } from './restore.ts';
import type { CheckTarget } from './target.ts';

/** The longest a request or a command may take, ms, so that a hanging one fails its check and not all of them. */
const ANSWER_LIMIT_MS = 60_000;
/** A process that got SIGKILL is gone within this, ms. */
const KILL_LIMIT_MS = 2000;
const POLL_MS = 20;

/** Does an action once; curl and exec give answers. */
export async function act(
  action: Action,
  target: CheckTarget,
  restorer: Restorer,
  signal: AbortSignal,
): Promise<Answer[]> {
  switch (action.kind) {
    case 'curl': {
      const { words, from } = action;
      const results = await limited(signal, (limit) => target.curl({ words, from, signal: limit }));
      return results.map((result) => ({ kind: 'curl', result }));
    }
    case 'exec': {
      const { node, container, argv } = action;
      const result = await limited(signal, (limit) => target.exec({ node, container, argv, signal: limit }));
      return [{ kind: 'exec', result }];
    }
    case 'scale':
      for (const node of Object.keys(action.replicas)) await restorer.beforeScale(node);
      await target.scale(action.replicas, signal);
      return [];
    case 'stop':
    case 'start':
      for (const node of action.nodes) await restorer.beforeTouch(node);
      await Promise.all(action.nodes.map((node) => target[action.kind](node, signal)));
      return [];
    case 'kill':
      for (const node of action.nodes) await restorer.beforeTouch(node);
      await Promise.all(action.nodes.map((node) => kill(action, node, target, signal)));
      return [];
    case 'pause':
      await delay(action.ms, undefined, { signal });
      return [];
    case 'ready':
      await target.waitReady(action.nodes, signal);
      return [];
  }
}

async function kill(
  { container, signal: killSignal }: Action & { kind: 'kill' },
  node: string,
  target: CheckTarget,
  signal: AbortSignal,
): Promise<void> {
  await target.kill({ node, container, killSignal, signal });
  if (killSignal !== 'SIGKILL') return;
  const deadline = performance.now() + KILL_LIMIT_MS;
  for (const replica of await target.replicas(node)) {
    while ((await target.running(replica)) && performance.now() < deadline) {
      await delay(POLL_MS, undefined, { signal });
    }
  }
}

async function limited<T>(signal: AbortSignal, work: (limit: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(ANSWER_LIMIT_MS);
  try {
    return await work(AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (!timeout.aborted || signal.aborted) throw error;
    throw new LabError('check', `no answer within ${ANSWER_LIMIT_MS / 1000} s`, { cause: error });
  }
}
