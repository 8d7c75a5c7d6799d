import { parseAddress, reachableHost } from '../admin-address.ts';
import type { ContainerSpec } from '../node-spec.ts';
import type { ObservedContainer, ObservedLab, ObservedNode } from '../runtime.ts';
import { execQuietly } from './exec/exec.ts';
import type { LabObjects } from './list.ts';
import type { LabAt } from './place.ts';
import { type NodeObject, presentState } from './states.ts';
import { hasLine } from './watch/log-probe.ts';

/**
 * What a lab is right now. What only a container itself can tell is asked of it; one that does not answer is not ready, and has no
 * admin address.
 */
export async function observe(lab: LabAt, { identity, createdAt, nodes }: LabObjects): Promise<ObservedLab> {
  return {
    identity,
    runtime: 'kubernetes',
    mode: `namespace ${lab.namespace}`,
    createdAt,
    nodes: await Promise.all(nodes.map((node) => observeNode(lab, node))),
  };
}

async function observeNode(lab: LabAt, node: NodeObject): Promise<ObservedNode> {
  const { spec, published } = node.record;
  const address = node.pod?.status?.podIP;
  return {
    spec,
    // A cluster has one network for all.
    addresses:
      address === undefined ? {} : Object.fromEntries(spec.networks.map((network) => [network, address])),
    published,
    containers: await Promise.all(spec.containers.map((container) => observeContainer(lab, node, container))),
  };
}

async function observeContainer(
  lab: LabAt,
  node: NodeObject,
  container: ContainerSpec,
): Promise<ObservedContainer> {
  const { ask, ...present } = presentState(node, container);
  const ready = ask === true && (await hasLine(lab, node, container).catch(() => false));
  const state = ready ? 'ready' : present.state;
  const admin = state === 'ready' ? await adminOf(lab, node, container).catch(() => undefined) : undefined;
  return { name: container.name, hash: container.hash, ...present, state, ...(admin && { admin }) };
}

/** The known address, else what the container's engine has written. */
async function adminOf(
  lab: LabAt,
  { record }: NodeObject,
  { name, ready }: ContainerSpec,
): Promise<ObservedContainer['admin']> {
  if (ready.kind !== 'admin') return undefined;
  const { address, addressFile } = ready;
  if (address !== undefined && address.port !== 0)
    return { host: reachableHost(address.host), port: address.port };
  const argv = ['cat', addressFile];
  const { code, stdout } = await execQuietly(lab, { pod: record.spec.name, container: name, argv });
  return code === 0 ? parseAddress(stdout.toString('utf8')) : undefined;
}
