import { isIPv4 } from 'node:net';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';

/**
 * Refuses names of a node's own that a container would not see: without an /etc/hosts of its own they are in the lab's
 * DNS, which tells nodes apart by the address they ask from, and knows IPv4 only.
 * @throws LabError `runtime`
 */
export function checkHosts({ name: node, hosts = {} }: NodeSpec, container: ContainerSpec): void {
  const hint =
    'ENVOY_LAB_PROCESS_MODE=namespaces (envoy-lab doctor says whether this machine can) or --runtime docker';
  for (const [name, address] of Object.entries(hosts)) {
    if (isIPv4(address)) continue;
    throw new LabError(
      'runtime',
      `without namespaces ${node} cannot call ${address} ${name}: only IPv4 works`,
      {
        hint,
      },
    );
  }
  const [first] = Object.keys(hosts);
  // Without files of its own it is a program of Node, and only told its ports.
  const isSteered = (container.steered?.files.length ?? 0) > 0;
  if (first === undefined || !isSteered) return;
  const where = `${node}/${container.name}`;
  throw new LabError('runtime', `without namespaces ${where} would not see the node's own name ${first}`, {
    hint: `run it with --engine ts, or ${hint}`,
  });
}
