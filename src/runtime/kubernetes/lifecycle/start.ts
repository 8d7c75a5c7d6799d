import { LabError } from '../../../error.ts';
import { execQuietly } from '../exec/exec.ts';
import { isCurrent } from '../list.ts';
import type { LabAt } from '../place.ts';
import { hasGate, heldBack } from '../pod.ts';
import { gateOf, type NodeObject, runsInPod, statusOf } from '../states.ts';
import { changeRecord } from './change-record.ts';
import { endPod } from './end-pod.ts';
import { makePod } from './make-pod.ts';
import { untilRunning } from './until-running.ts';

/** How long what runs in a pod that is replaced has to end, in s. */
const GRACE_S = 2;

/**
 * Starts containers of a node. A pod's containers begin together and cannot begin again: those that are not to run yet are
 * held back inside it, and one that has ended needs another pod, in which all that ran begin anew.
 */
export async function startContainers(
  lab: LabAt,
  node: NodeObject,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const { record, pod } = node;
  const { name } = record.spec;
  if (record.spec.service !== undefined) {
    await changeRecord(lab, name, ({ started }) => ({
      started: [...new Set([...started, ...names])],
      ended: {},
    }));
    return;
  }
  const usable = pod !== undefined && isCurrent(node) && pod.metadata.deletionTimestamp === undefined;
  const ended = names.filter((container) => statusOf(pod, container)?.state?.terminated !== undefined);
  const held = names.filter((container) => !record.started.includes(container));
  if (
    usable &&
    ended.length === 0 &&
    held.length === 0 &&
    names.every((container) => runsInPod(pod, container))
  )
    return;
  const replace = pod !== undefined && (!usable || ended.length > 0);
  if (pod === undefined || replace) {
    const wanted = [...new Set([...record.started, ...names])];
    if (replace) {
      // What is to run and has no pod would have ended by itself.
      await changeRecord(lab, name, () => ({ started: [] }));
      await endPod(lab, pod, GRACE_S);
    }
    if (record.pod === undefined) {
      throw new LabError('runtime', `the record of node ${name} does not say what its pod is made of`, {
        hint: 'another version of envoy-lab may have made it: envoy-lab down, then start the lab again',
      });
    }
    const held = heldBack(record.spec, wanted, Object.keys(record.ended));
    await makePod(lab, record.pod, held);
    await changeRecord(lab, name, () => ({ started: wanted, ended: {} }));
  } else {
    // What is held back waits in a running container.
    await untilRunning(lab, { node: name, pod: name, containers: held }, { signal });
    const gated = held.filter((container) => hasGate(pod, container));
    await Promise.all(gated.map((container) => openGate(lab, name, container)));
    await changeRecord(lab, name, ({ started, ended: before }) => ({
      started: [...new Set([...started, ...names])],
      ended: Object.fromEntries(Object.entries(before).filter(([container]) => !names.includes(container))),
    }));
  }
  await untilRunning(lab, { node: name, pod: name, containers: names }, { signal });
}

/** Lets a container that is held back run. */
async function openGate(lab: LabAt, node: string, container: string): Promise<void> {
  const argv = ['sh', '-c', ': > "$0"', gateOf(container)];
  const { code, stderr } = await execQuietly(lab, { pod: node, container, argv });
  if (code === 0) return;
  const why = stderr.trim() || `exit code ${code}`;
  throw new LabError('runtime', `${node}/${container} is held back and cannot be let go: ${why}`, {
    hint: `stop ${node} and start it again: then it gets another pod`,
  });
}
