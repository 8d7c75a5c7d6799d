import type { Engine } from './engine.ts';
import { label, labelFilter } from './labels.ts';
import { removeListed } from './lifecycle/remove.ts';
import { labsOf } from './networks.ts';

/** Takes away containers whose lab has no network any more: nothing else leads to them. */
export async function sweepContainers(engine: Engine, owner: string, lab?: string): Promise<string[]> {
  const filters = labelFilter({ [label.owner]: owner, ...(lab === undefined ? {} : { [label.lab]: lab }) });
  // The labs last: one that is made at this moment has its networks before it has containers.
  const containers = await engine.docker.listContainers({ all: true, filters });
  const labs = new Set(await labsOf(engine, owner));
  const lost = containers.filter(({ Labels }) => !labs.has(Labels[label.lab] ?? ''));
  await removeListed(engine, lost);
  return [...new Set(lost.map(({ Labels }) => Labels[label.lab] ?? ''))].sort();
}
