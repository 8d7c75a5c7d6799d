import { isConflict } from '../api/failure.ts';
import { type KubeObject, type Pod, pathOf } from '../api/objects.ts';
import { annotation } from '../labels.ts';
import { isOurs, type LabAt } from '../place.ts';
import { withGates } from '../pod.ts';
import { hasSame } from '../records.ts';
import { requireOurs } from './apply.ts';

/**
 * Makes a node's pod.
 * @param held containers that are to wait
 * @throws LabError `runtime` when a pod of that name is there and is not the lab's
 */
export async function makePod(lab: LabAt, pod: Pod, held: readonly string[]): Promise<void> {
  const { api, namespace } = lab;
  const body = withGates(pod, held);
  const isMade = (there: KubeObject) =>
    isOurs(lab, there) &&
    hasSame(annotation.hash, body, there) &&
    there.metadata.deletionTimestamp === undefined;
  try {
    await api.json('POST', pathOf('Pod', namespace), { body, isMade });
  } catch (error) {
    if (!isConflict(error)) throw error;
    await requireOurs(lab, 'Pod', pod.metadata.name);
    throw error;
  }
}
