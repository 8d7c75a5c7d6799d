import type { Duplex } from 'node:stream';
import { LabError } from '../../../error.ts';
import type { LabAt } from '../place.ts';
import type { NodeObject } from '../states.ts';
import { type ForwardOptions, forwardPort, refused } from './port-forward.ts';

/**
 * Connects to a port of a node; of a service to its target's port on one of the ready replicas it selects, another each time.
 * @param nodes all of the lab
 */
export async function connectTo(
  lab: LabAt,
  node: NodeObject,
  port: number,
  { nodes, ...options }: ForwardOptions & { readonly nodes: readonly NodeObject[] },
): Promise<Duplex> {
  const { name, service } = node.record.spec;
  if (service === undefined) {
    if (!isLive(node)) throw refused(name, port, `node ${name} does not run`);
    return forwardPort(lab, { node: name, pod: name, port }, options);
  }
  const found = service.ports.find((candidate) => candidate.port === port);
  if (found === undefined) {
    throw new LabError('runtime', `nothing listens on port ${port} of ${name}`, {
      hint: `the service has ${service.ports.map((candidate) => candidate.port).join(', ')}`,
      cause: Object.assign(new Error('no such port'), { code: 'ECONNREFUSED' }),
    });
  }
  const ready = nodes.filter(
    ({ record, pod }) => record.spec.group === service.selects && isReady({ record, pod }),
  );
  const chosen = ready[Math.floor(Math.random() * ready.length)];
  if (chosen === undefined) throw refused(name, port, `no replica of ${service.selects} is ready`);
  const pod = chosen.record.spec.name;
  return forwardPort(lab, { node: name, pod, port: found.targetPort }, options);
}

function isLive({ pod }: NodeObject): boolean {
  return pod?.status?.phase === 'Running' && pod.metadata.deletionTimestamp === undefined;
}

function isReady(node: NodeObject): boolean {
  return (
    isLive(node) &&
    node.pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
  );
}
