import { PATIENCE_MS } from '../api/api.ts';
import { isConflict, isMissing } from '../api/failure.ts';
import { follow } from '../api/follow.ts';
import { type Pod, pathOf } from '../api/objects.ts';
import type { LabAt } from '../place.ts';
import { exitCodeOf } from '../states.ts';

/** Exit codes of the containers of a pod that has ended, by name; of those that are known. */
export type ExitCodes = ReadonlyMap<string, number>;

/** How long the machine a pod is on may take beyond its grace, in ms. After that the pod is taken away without asking it. */
const LATE_MS = 30_000;

/**
 * Takes a pod away and waits until it is gone.
 * @param graceS between SIGTERM and SIGKILL, in s; 0: at once, without waiting for the machine it is on
 */
export async function endPod(lab: LabAt, pod: Pod, graceS: number): Promise<ExitCodes> {
  const { api, namespace } = lab;
  const { name, uid } = pod.metadata;
  const codes = new Map<string, number>(codesOf(pod));
  const path = pathOf('Pod', namespace, name);
  const remove = async (gracePeriodSeconds: number) => {
    try {
      await api.json('DELETE', path, {
        body: { gracePeriodSeconds, ...(uid !== undefined && { preconditions: { uid } }) },
      });
      return true;
    } catch (error) {
      // Another pod has the name by now, or none.
      if (isMissing(error) || isConflict(error)) return false;
      throw error;
    }
  };
  const over = new AbortController();
  const late = setTimeout(() => over.abort(), graceS * 1000 + LATE_MS);
  try {
    if (!(await remove(graceS))) return codes;
    if (graceS === 0) return codes;
    const query = { fieldSelector: `metadata.name=${name}` };
    const changes = follow<Pod>(api, {
      path: pathOf('Pod', namespace),
      query,
      signal: over.signal,
      patienceMs: PATIENCE_MS,
    });
    for await (const change of changes) {
      const found =
        change.kind === 'all' ? change.objects.find(({ metadata }) => metadata.uid === uid) : change.object;
      if (found === undefined) return codes;
      if (found.metadata.uid !== uid) continue;
      for (const [container, code] of codesOf(found)) codes.set(container, code);
      if (change.kind === 'deleted') return codes;
    }
    await remove(0);
    return codes;
  } finally {
    clearTimeout(late);
    over.abort();
  }
}

function codesOf({ status }: Pod): [string, number][] {
  const { containerStatuses = [], initContainerStatuses = [] } = status ?? {};
  return [...initContainerStatuses, ...containerStatuses].flatMap(({ name, state }) =>
    state?.terminated === undefined ? [] : [[name, exitCodeOf(state.terminated)] as [string, number]],
  );
}
