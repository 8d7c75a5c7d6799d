import type { ObservedLab, ObservedNode, RunningLab } from '../runtime/runtime.ts';
import { type ForwarderState, forwarderPaths } from '../service/config.ts';

/**
 * What the forwarder of a service does not know yet of the replicas it leads to, as a sentence; undefined when it is right,
 * and when there is no forwarder that could be asked.
 */
export async function missingEndpoint(
  lab: RunningLab,
  observed: ObservedLab,
  node: ObservedNode,
): Promise<string | undefined> {
  const [forwarder] = node.containers;
  if (forwarder?.state !== 'ready' && forwarder?.state !== 'starting') return undefined;
  try {
    const text = await lab.readFile(node.spec.name, forwarder.name, forwarderPaths.state);
    return compareEndpoints(observed, node, JSON.parse(text.toString()) as ForwarderState);
  } catch (error) {
    return `service ${node.spec.group} does not tell which replicas it knows: ${(error as Error).message}`;
  }
}

/** Whether a forwarder sends to the replicas that are ready, and to no others. Pure. */
export function compareEndpoints(
  observed: ObservedLab,
  { spec }: Pick<ObservedNode, 'spec'>,
  { endpoints }: ForwarderState,
): string | undefined {
  const replicas = observed.nodes.filter((node) => node.spec.group === spec.service?.selects);
  const ready = endpoints.filter((endpoint) => endpoint.ready.length > 0).map(({ address }) => address);
  const known = new Set(replicas.filter(mayTake).flatMap(({ addresses }) => Object.values(addresses)));
  for (const { spec: replica, addresses, containers } of replicas) {
    const wanted = containers.every(({ state }) => state === 'ready');
    if (wanted && !Object.values(addresses).some((address) => ready.includes(address))) {
      return `service ${spec.group} does not send to ${replica.name}`;
    }
  }
  const gone = ready.find((address) => !known.has(address));
  return gone === undefined ? undefined : `service ${spec.group} still sends to ${gone}, which is gone`;
}

/** Of a replica whose containers run only in part, only its probes can tell. */
function mayTake({ containers }: ObservedNode): boolean {
  return containers.some(({ state }) => state === 'ready' || state === 'starting');
}
