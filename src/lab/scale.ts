import { LabError } from '../error.ts';
import type { NodeSpec } from '../runtime/node-spec.ts';
import type { ObservedLab, RunningLab } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';
import { execute } from './execute/execute.ts';
import type { LabSpec } from './lab-spec.ts';
import type { Plan } from './plan/operation.ts';
import { plan } from './plan/plan.ts';
import { notScaled } from './resolve/choices.ts';
import { publishOfReplica } from './resolve/publish.ts';
import { nodeHash } from './resolve/resolve.ts';
import { replicasOf } from './select.ts';

export interface ScaleOptions {
  /** Replicas by node. */
  readonly replicas: ReadonlyMap<string, number>;
  /** ms until the new replicas have to be ready. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Changes the number of replicas of nodes and returns when the new ones are ready. New replicas are made as the first
 * one runs now, so the sandbox's folder may have changed or be gone.
 */
export async function scale(context: LabContext, running: RunningLab, options: ScaleOptions): Promise<Plan> {
  const observed = await running.observe();
  const desired = scaledSpec(observed, options.replicas);
  const wanted = plan(desired, observed, { groups: new Set(options.replicas.keys()) });
  const { timeoutMs, signal } = options;
  await execute(wanted, { lab: running, timeoutMs, emit: context.emit, signal });
  return wanted;
}

/**
 * The lab with other numbers of replicas. Pure.
 * @throws LabError `usage` when there is no such node, or less than one replica is wanted
 */
export function scaledSpec(observed: ObservedLab, replicas: ReadonlyMap<string, number>): LabSpec {
  for (const [group, count] of replicas) {
    const found = replicasOf(observed, group);
    const { service } = found[0]!.spec;
    if (service !== undefined) throw notScaled(group, service.selects);
    if (found[0]!.spec.group !== group) {
      throw new LabError('usage', `"${group}" is one replica; the node is ${found[0]!.spec.group}`);
    }
    if (count < 1) {
      throw new LabError('usage', `a node has at least one replica`, {
        hint: `to stop it: envoy-lab stop ${group}`,
      });
    }
  }
  const groups = [...new Set(observed.nodes.map(({ spec }) => spec.group))];
  const nodes = groups.flatMap((group) => {
    const present = replicasOf(observed, group).map(({ spec }) => spec);
    const count = replicas.get(group);
    if (count === undefined) return present;
    return Array.from(
      { length: count },
      (_, k) => present.find(({ index }) => index === k + 1) ?? replicate(present[0]!, k + 1),
    );
  });
  return { identity: observed.identity, nodes };
}

/** Another replica of a node. */
function replicate(spec: NodeSpec, index: number): NodeSpec {
  const publish = publishOfReplica(spec.publish);
  return { ...spec, name: `${spec.group}-${index}`, index, publish, hash: nodeHash({ ...spec, publish }) };
}
