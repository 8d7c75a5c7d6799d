import { LabError } from '../../../error.ts';
import { PATIENCE_MS } from '../api/api.ts';
import { follow } from '../api/follow.ts';
import { type Pod, pathOf } from '../api/objects.ts';
import type { LabAt } from '../place.ts';
import { statusOf } from '../states.ts';
import { startTrouble, unschedulable, withEvents } from './trouble.ts';

/** How long a cluster may take to find room for a pod, in ms: it may be about to get another machine. */
const ROOM_MS = 20_000;
/** How long a pod's containers may take to run, in ms: images are pulled meanwhile. */
const START_MS = 180_000;

export interface Waits {
  readonly roomMs?: number;
  readonly startMs?: number;
  /** Ends the wait; what is waited for is told as an error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until containers of a pod run, or have run.
 * @throws LabError `runtime` with the pod's events when they cannot
 */
export async function untilRunning(
  { api, namespace }: LabAt,
  {
    node,
    pod,
    containers,
  }: { readonly node: string; readonly pod: string; readonly containers: readonly string[] },
  { roomMs = ROOM_MS, startMs = START_MS, signal }: Waits = {},
): Promise<void> {
  const over = new AbortController();
  const begun = Date.now();
  const stop = () => over.abort();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const fail = (error: LabError) => withEvents(api, namespace, pod, error);
  let last: Pod | undefined;
  let roomTimer: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => over.abort(), startMs);
  try {
    const query = { fieldSelector: `metadata.name=${pod}` };
    const changes = follow<Pod>(api, {
      path: pathOf('Pod', namespace),
      query,
      signal: over.signal,
      patienceMs: PATIENCE_MS,
    });
    for await (const change of changes) {
      last = change.kind === 'all' ? change.objects[0] : change.object;
      if (last === undefined || change.kind === 'deleted') {
        throw await fail(
          new LabError('runtime', `node ${node} was taken away while it started`, {
            hint: 'something else in the cluster deletes its pod',
          }),
        );
      }
      const found = last;
      const trouble = startTrouble(node, found, containers);
      if (trouble !== undefined) throw await fail(trouble);
      // A job before the others failed: nothing of it begins any more, and the states say why.
      if (found.status?.phase === 'Failed' || found.status?.phase === 'Succeeded') return;
      const allBegun = containers.every((name) => {
        const { running, terminated } = statusOf(found, name)?.state ?? {};
        return running !== undefined || terminated !== undefined;
      });
      if (allBegun) return;
      if (unschedulable(found) === undefined) {
        clearTimeout(roomTimer);
        roomTimer = undefined;
      } else roomTimer ??= setTimeout(() => over.abort(), roomMs);
    }
    const room = last === undefined ? undefined : unschedulable(last);
    const why =
      room === undefined
        ? `its containers do not run after ${seconds(Date.now() - begun)} s`
        : `the cluster has no room for it: ${room.message ?? ''}`;
    throw await fail(
      new LabError('runtime', `node ${node} does not start: ${why}`, {
        hint:
          room === undefined
            ? 'the events say what it waits for'
            : 'give the cluster room: end what runs there, or add a machine',
      }),
    );
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(timer);
    clearTimeout(roomTimer);
    over.abort();
  }
}

const seconds = (ms: number) => Number((ms / 1000).toPrecision(2));
