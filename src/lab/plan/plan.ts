import type { ContainerSpec, NodeSpec } from '../../runtime/node-spec.ts';
import type { ObservedContainer, ObservedLab, ObservedNode } from '../../runtime/runtime.ts';
import { type ContainerRef, containerName, containersOf, type LabSpec } from '../lab-spec.ts';
import { compareNode } from './compare.ts';
import type { NodeChange, Operation, Plan } from './operation.ts';

export interface PlanOptions {
  /** Touch only nodes of these groups, leave the rest as it is; all when absent. */
  readonly groups?: ReadonlySet<string>;
  /** Containers (`service1-1/app`) that are not started, though nothing else is said against it. */
  readonly asleep?: ReadonlySet<string>;
}

/** Long enough for a program that is going to fail at once, short enough not to be felt. */
const settleMs = 150;

/** A container that will be started, and why. */
interface Start {
  readonly node: NodeSpec;
  readonly container: ContainerSpec;
  readonly cause: string;
}

/**
 * What turns the lab as observed into the lab as desired. Pure: it asks nobody and does nothing.
 *
 * @param desired undefined: there should be no such lab
 * @param observed undefined: no such lab runs
 */
export function plan(
  desired: LabSpec | undefined,
  observed: ObservedLab | undefined,
  options: PlanOptions = {},
): Plan {
  const lab = desired?.identity.lab ?? observed?.identity.lab ?? '';
  if (desired === undefined) {
    const remove: Operation = { id: 'remove-lab', after: [], kind: 'remove-lab', cause: 'asked for' };
    return { lab, operations: observed === undefined ? [] : [remove] };
  }
  const touched = (group: string) => options.groups?.has(group) ?? true;
  const wanted = desired.nodes.filter((node) => touched(node.group));
  const present = (observed?.nodes ?? []).filter((node) => touched(node.spec.group));
  const differences = sortDifferences(wanted, present, options.asleep ?? new Set());
  const operations: Operation[] = [];
  const add = (operation: Operation): string => {
    operations.push(operation);
    return operation.id;
  };

  const base: string[] = [];
  if (observed === undefined) {
    base.push(add({ id: 'create-lab', after: [], kind: 'create-lab', cause: 'it does not run yet' }));
  }
  const removed = [...differences.remove, ...differences.replace];
  if (removed.length > 0) {
    base.push(add({ id: 'remove', after: base.slice(), kind: 'remove', nodes: removed }));
  }
  const made = new Map<string, string>();
  const create = [...differences.replace, ...differences.create];
  if (create.length > 0) {
    const id = add({ id: 'create', after: base, kind: 'create', nodes: create });
    for (const { spec } of create) made.set(spec.name, id);
  }
  if (differences.update.length > 0) {
    const id = add({ id: 'update', after: base, kind: 'update', nodes: differences.update });
    for (const { spec } of differences.update) made.set(spec.name, id);
  }
  for (const node of present) {
    if (!node.containers.some(({ state }) => state === 'paused') || removed.some(same(node))) continue;
    add({
      id: `unpause ${node.spec.name}`,
      after: [],
      kind: 'unpause',
      node: node.spec.name,
      cause: 'paused',
    });
  }
  addStarts(operations, differences.starts, { nodes: desired.nodes, made, observed });
  addFinalWait(operations, wanted, present, differences.starts);
  return { lab, operations };
}

const same = (node: ObservedNode) => (change: NodeChange) => change.spec.name === node.spec.name;

function sortDifferences(
  wanted: readonly NodeSpec[],
  present: readonly ObservedNode[],
  asleep: ReadonlySet<string>,
) {
  const remove: NodeChange[] = [];
  const replace: NodeChange[] = [];
  const create: NodeChange[] = [];
  const update: NodeChange[] = [];
  const starts: Start[] = [];
  for (const { spec } of present) {
    if (wanted.some((node) => node.name === spec.name)) continue;
    const replicas = wanted.filter((node) => node.group === spec.group).length;
    const cause = replicas === 0 ? 'the sandbox has no such node' : `${count(replicas)} wanted`;
    remove.push({ spec, cause });
  }
  for (const spec of wanted) {
    const found = present.find((node) => node.spec.name === spec.name);
    const difference = compareNode(spec, found);
    if (difference.kind === 'missing') create.push({ spec, cause: difference.cause });
    if (difference.kind === 'replace') replace.push({ spec, cause: difference.cause });
    if (difference.kind === 'update') {
      update.push({ spec, cause: difference.cause, containers: difference.changed });
    }
    for (const { container, cause } of difference.starts) {
      if (!asleep.has(containerName(spec.name, container.name)))
        starts.push({ node: spec, container, cause });
    }
  }
  return { remove, replace, create, update, starts };
}

const count = (replicas: number) => (replicas === 1 ? '1 replica is' : `${replicas} replicas are`);

interface StartContext {
  readonly nodes: readonly NodeSpec[];
  /** The operation that makes a node, by node name. */
  readonly made: ReadonlyMap<string, string>;
  readonly observed: ObservedLab | undefined;
}

/** One start a node and set of dependencies; one wait a dependency that is not met already. */
function addStarts(operations: Operation[], starts: readonly Start[], context: StartContext): void {
  const startIds = new Map<string, string>();
  const groups = new Map<string, Start[]>();
  for (const start of starts) {
    const dependencies = start.container.dependsOn.map(({ name, until }) => `${name}=${until}`).sort();
    const key = [start.node.name, start.cause, ...dependencies].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), start]);
  }
  for (const group of groups.values()) {
    const names = group.map(({ container }) => container.name);
    const id = `start ${group[0]!.node.name}/${names.join(',')}`;
    for (const name of names) startIds.set(`${group[0]!.node.name}/${name}`, id);
  }
  for (const group of groups.values()) {
    const { node, container, cause } = group[0]!;
    const names = group.map((start) => start.container.name);
    const made = context.made.get(node.name);
    const after = made === undefined ? [] : [made];
    for (const dependency of container.dependsOn) {
      const targets = dependencyTargets(node, dependency.name, context.nodes).filter(
        (target) => startIds.has(`${target.node}/${target.container}`) || !isMet(target, context.observed),
      );
      if (targets.length === 0) continue;
      const id = `wait ${targets.map((target) => `${target.node}/${target.container}`).join(',')} ${dependency.until}`;
      if (!operations.some((operation) => operation.id === id)) {
        const waitsFor = targets.map((target) => startIds.get(`${target.node}/${target.container}`));
        const cause = `${node.name}/${names.join(', ')} depends on it`;
        const afterStarts = [...new Set(waitsFor.filter((start) => start !== undefined))];
        operations.push({ id, after: afterStarts, kind: 'wait', targets, until: dependency.until, cause });
      }
      after.push(id);
    }
    const id = `start ${node.name}/${names.join(',')}`;
    operations.push({ id, after, kind: 'start', node: node.name, containers: names, cause });
  }
}

/** A dependency's name is a container of the same node, else a node: all replicas, all containers. */
export function dependencyTargets(
  node: NodeSpec,
  name: string,
  nodes: readonly NodeSpec[],
): readonly ContainerRef[] {
  if (node.containers.some((container) => container.name === name)) {
    return [{ node: node.name, container: name }];
  }
  const others = nodes.filter((other) => other.group === name);
  return [...containersOf(others)].map((item) => ({ node: item.node.name, container: item.container.name }));
}

function isMet(target: ContainerRef, observed: ObservedLab | undefined): boolean {
  const node = observed?.nodes.find(({ spec }) => spec.name === target.node);
  return node?.containers.find(({ name }) => name === target.container)?.state === 'ready';
}

function addFinalWait(
  operations: Operation[],
  wanted: readonly NodeSpec[],
  present: readonly ObservedNode[],
  starts: readonly Start[],
): void {
  const state = (node: NodeSpec, container: ContainerSpec): ObservedContainer['state'] | undefined =>
    present
      .find(({ spec }) => spec.name === node.name)
      ?.containers.find(({ name }) => name === container.name)?.state;
  const targets = [...containersOf(wanted)]
    .filter(
      ({ node, container }) =>
        starts.some((start) => start.node === node && start.container === container) ||
        ['starting', 'paused'].includes(state(node, container) ?? ''),
    )
    .map(({ node, container }) => ({ node: node.name, container: container.name }));
  if (targets.length === 0) return;
  const hasty = starts.some(({ container }) => container.ready.kind === 'started' && !container.once);
  const after = operations.filter(({ kind }) => kind === 'start' || kind === 'unpause').map(({ id }) => id);
  operations.push({
    id: 'wait',
    after,
    kind: 'wait',
    targets,
    until: 'ready',
    ...(hasty ? { settleMs } : {}),
    cause: 'up ends when all are ready',
  });
}
