import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerSpec } from '../../node-spec.ts';
import { ApiError } from '../api/failure.ts';
import { followOne, readLogs } from '../logs.ts';
import type { LabAt } from '../place.ts';
import type { NodeObject } from '../states.ts';

/** Between two tries, in ms. */
const PAUSE_MS = 1000;
/** How long the log may be unreadable for reasons that pass, in ms. */
const PATIENCE_MS = 30_000;

/** Whether a line that the container has written matches its probe. */
export async function hasLine(lab: LabAt, node: NodeObject, container: ContainerSpec): Promise<boolean> {
  if (container.ready.kind !== 'log') return false;
  const pattern = new RegExp(container.ready.pattern);
  const lines = readLogs(lab, [node], { container: container.name, follow: false });
  for await (const { text } of lines) if (pattern.test(text)) return true;
  return false;
}

/**
 * Resolves with true at such a line, with false when the signal aborts. A machine that does not give its logs for a while (5xx of
 * the API server) is asked again.
 * @throws LabError when the log cannot be read: the right to is missing, say
 */
export async function untilLine(
  lab: LabAt,
  node: NodeObject,
  container: ContainerSpec,
  signal: AbortSignal,
): Promise<boolean> {
  if (container.ready.kind !== 'log') return false;
  const pattern = new RegExp(container.ready.pattern);
  const source = { node: node.record.spec.name, container: container.name, pod: node.record.spec.name };
  let failingSince: number | undefined;
  while (!signal.aborted) {
    try {
      for await (const { text } of followOne(lab, source, {}, signal)) {
        failingSince = undefined;
        if (pattern.test(text)) return true;
      }
    } catch (error) {
      failingSince ??= Date.now();
      if (!passes((error as Error).cause) || Date.now() - failingSince > PATIENCE_MS) throw error;
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
  return false;
}

const passes = (cause: unknown) => cause instanceof ApiError && cause.status >= 500;
