import { setTimeout as delay } from 'node:timers/promises';
import { findNode } from '../list.ts';
import type { LabAt } from '../place.ts';
import { type NodeObject, presentState } from '../states.ts';
import { hasLine } from '../watch/log-probe.ts';

/** How long what began anew along with others may take to be ready again, in ms; after that its state says it. */
const READY_MS = 20_000;
const LOOK_MS = 100;

/**
 * Waits, when a node's pod has been replaced, until those of its containers are ready again that were ready before: who asked for
 * another one of them to start does not know that they began anew.
 * @param before the node as it was
 */
export async function untilReadyAgain(lab: LabAt, before: NodeObject): Promise<void> {
  if (before.pod === undefined) return;
  const { name, containers } = before.record.spec;
  const wanted = containers.flatMap((container) => {
    const { state, ask } = presentState(before, container);
    return state === 'ready' || ask ? [container.name] : [];
  });
  const deadline = Date.now() + READY_MS;
  for (let left = wanted; left.length > 0 && Date.now() < deadline; ) {
    const node = await findNode(lab, name);
    if (node === undefined || node.pod?.metadata.uid === before.pod.metadata.uid) return;
    const states = await Promise.all(left.map((container) => stateOf(lab, node, container)));
    left = left.filter((_, index) => states[index] === 'starting');
    if (left.length > 0) await delay(LOOK_MS);
  }
}

/** @returns undefined when the node has no such container */
async function stateOf(lab: LabAt, node: NodeObject, container: string): Promise<string | undefined> {
  const spec = node.record.spec.containers.find(({ name }) => name === container);
  if (spec === undefined) return undefined;
  const { state, ask } = presentState(node, spec);
  return ask && (await hasLine(lab, node, spec).catch(() => false)) ? 'ready' : state;
}
