import { groupsBefore, questionsOf } from '../../runtime/kubernetes/translate/waits.ts';
import type { NodeSpec } from '../../runtime/node-spec.ts';
import type { LabSpec } from '../lab-spec.ts';
import type { ExportFormat } from './format.ts';

/** What the exported lab does otherwise, one sentence each. */
export function exportNotes({ identity, nodes }: LabSpec, format: ExportFormat): string[] {
  const firsts = nodes.filter(({ index, service }) => index === 1 && service === undefined);
  const logs = firsts.flatMap(({ group, containers }) =>
    containers
      .filter(({ ready }) => ready.kind === 'log')
      .map(({ name }) => `${group}/${name} counts as ready as soon as it runs: nothing there reads its log`),
  );
  if (format === 'compose') return logs;
  const waits = firsts.flatMap((node) => waitNotes(node, firsts));
  const networks =
    identity.networks.length > 1
      ? [`all nodes can reach each other: the networks ${identity.networks.join(', ')} are one on a cluster`]
      : [];
  return [...logs, ...waits, ...networks];
}

/** What a pod cannot wait for. */
function waitNotes(node: NodeSpec, nodes: readonly NodeSpec[]): string[] {
  return groupsBefore(node, nodes).flatMap((group) =>
    questionsOf(nodes.find((candidate) => candidate.group === group)!).length === 0
      ? [`${node.group} does not wait for ${group}, which cannot be asked from outside whether it is ready`]
      : [],
  );
}
