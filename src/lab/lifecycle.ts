import { LabError } from '../error.ts';
import type { RunningLab } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';
import { execute } from './execute/execute.ts';
import { plan } from './plan/plan.ts';
import { nodesOf, requireContainerOf } from './select.ts';

/** ms between SIGTERM and SIGKILL, as in Docker. */
export const graceMs = 10_000;

/** Stops all containers of the nodes; which those were. */
export async function stopNodes(running: RunningLab, names: readonly string[]): Promise<readonly string[]> {
  const nodes = nodesOf(await running.observe(), names).map(({ spec }) => spec.name);
  await Promise.all(nodes.map((node) => running.stop(node, undefined, graceMs)));
  return nodes;
}

/**
 * Sends a signal to a container of every replica a name means, to all their containers when none is named; which
 * replicas those were.
 * @throws LabError `usage` when none of them has such a container
 */
export async function killNodes(
  running: RunningLab,
  name: string,
  container: string | undefined,
  signal: NodeJS.Signals,
): Promise<readonly string[]> {
  const nodes = nodesOf(await running.observe(), [name]);
  if (container !== undefined) requireContainerOf(nodes, container);
  await Promise.all(nodes.map(({ spec }) => running.kill(spec.name, container, signal)));
  return nodes.map(({ spec }) => spec.name);
}

/**
 * Starts what does not run of the nodes, dependencies first.
 * @param until whether to return when it is ready, or as soon as it runs
 */
export async function startNodes(
  context: LabContext,
  running: RunningLab,
  names: readonly string[],
  options: { readonly until: 'ready' | 'running'; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const observed = await running.observe();
  const nodes = new Set(nodesOf(observed, names).map(({ spec }) => spec.name));
  const specs = observed.nodes.map(({ spec }) => spec);
  // Only the named replicas are touched, also when their node has others.
  const asleep = specs
    .filter(({ name }) => !nodes.has(name))
    .flatMap(({ name, containers }) => containers.map((container) => `${name}/${container.name}`));
  const whole = plan({ identity: observed.identity, nodes: specs }, observed, { asleep: new Set(asleep) });
  const operations = whole.operations.filter(
    (operation) => operation.kind !== 'unpause' && (operation.id !== 'wait' || options.until === 'ready'),
  );
  const ids = new Set(operations.map(({ id }) => id));
  const wanted = {
    ...whole,
    operations: operations.map((operation) => ({
      ...operation,
      after: operation.after.filter((id) => ids.has(id)),
    })),
  };
  const { timeoutMs, signal } = options;
  await execute(wanted, { lab: running, timeoutMs, emit: context.emit, signal });
  return [...nodes];
}

/** @throws LabError `usage` when a node does not run */
export async function pauseNodes(running: RunningLab, names: readonly string[]): Promise<readonly string[]> {
  const nodes = nodesOf(await running.observe(), names);
  const stopped = nodes.find(({ containers }) => containers.every(({ state }) => !isAlive(state)));
  if (stopped !== undefined) {
    throw new LabError('usage', `${stopped.spec.name} does not run, so it cannot be paused`);
  }
  await Promise.all(nodes.map(({ spec }) => running.pause(spec.name)));
  return nodes.map(({ spec }) => spec.name);
}

export async function unpauseNodes(
  running: RunningLab,
  names: readonly string[],
): Promise<readonly string[]> {
  const nodes = nodesOf(await running.observe(), names);
  const paused = nodes.filter(({ containers }) => containers.some(({ state }) => state === 'paused'));
  await Promise.all(paused.map(({ spec }) => running.unpause(spec.name)));
  return paused.map(({ spec }) => spec.name);
}

function isAlive(state: string): boolean {
  return state === 'starting' || state === 'ready' || state === 'paused';
}
