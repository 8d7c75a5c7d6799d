import { didYouMean } from '../document/suggest.ts';
import { LabError } from '../error.ts';
import type { ObservedLab, ObservedNode } from '../runtime/runtime.ts';

/**
 * The replicas that a name means: `service1` all of them, `service1-2` that one.
 * @throws LabError `usage` with a did-you-mean
 */
export function replicasOf(lab: ObservedLab, name: string): readonly ObservedNode[] {
  const group = lab.nodes.filter(({ spec }) => spec.group === name);
  if (group.length > 0) return [...group].sort((a, b) => a.spec.index - b.spec.index);
  const one = lab.nodes.find(({ spec }) => spec.name === name);
  if (one !== undefined) return [one];
  const known = [...new Set(lab.nodes.flatMap(({ spec }) => [spec.group, spec.name]))];
  const near = didYouMean(name, known);
  const hint = near?.startsWith('did') ? near : didYouMean(name, [...groupsOf(lab)]);
  throw new LabError('usage', `lab ${lab.identity.lab} has no node "${name}"`, { hint });
}

/** Several names' replicas, each once; all of the lab when no name is given. */
export function nodesOf(lab: ObservedLab, names: readonly string[]): readonly ObservedNode[] {
  if (names.length === 0) return lab.nodes;
  return [...new Set(names.flatMap((name) => replicasOf(lab, name)))];
}

/**
 * The one replica a command is about: the first, or the one of that index.
 * @throws LabError `usage`
 */
export function replicaOf(lab: ObservedLab, name: string, index?: number): ObservedNode {
  const replicas = replicasOf(lab, name);
  if (index === undefined) return replicas[0]!;
  const found = replicas.find(({ spec }) => spec.index === index);
  if (found !== undefined) return found;
  const known = replicas.map(({ spec }) => spec.index).join(', ');
  throw new LabError('usage', `${name} has no replica ${index}`, { hint: `its replicas: ${known}` });
}

/**
 * The lab in the order of the sandbox's file, replicas of a node beside each other by number; a runtime lists nodes as
 * they were made.
 */
export function inOrder(lab: ObservedLab): ObservedLab {
  const place = (group: string) => replicasOf(lab, group)[0]?.spec.ordinal ?? Number.MAX_SAFE_INTEGER;
  const groups = [...groupsOf(lab)].sort((a, b) => place(a) - place(b));
  return { ...lab, nodes: groups.flatMap((group) => replicasOf(lab, group)) };
}

/** Names of the sandbox's nodes, in order. */
export function groupsOf(lab: ObservedLab): ReadonlySet<string> {
  return new Set(lab.nodes.map(({ spec }) => spec.group));
}

/**
 * Some of the nodes have a container of that name.
 * @throws LabError `usage` with a did-you-mean
 */
export function requireContainerOf(nodes: readonly ObservedNode[], name: string): void {
  const known = [...new Set(nodes.flatMap(({ spec }) => spec.containers.map((container) => container.name)))];
  if (known.includes(name)) return;
  throw new LabError('usage', `there is no container "${name}"`, { hint: didYouMean(name, known) });
}

/**
 * A container of a node by name.
 * @throws LabError `usage` with a did-you-mean
 */
export function requireContainer(node: ObservedNode, name: string): string {
  const known = node.spec.containers.map((container) => container.name);
  if (known.includes(name)) return name;
  throw new LabError('usage', `${node.spec.name} has no container "${name}"`, {
    hint: didYouMean(name, known),
  });
}
