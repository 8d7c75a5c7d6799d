import { noContainers, openPort, taken } from '../../host-ports.ts';
import type { NodeSpec } from '../../node-spec.ts';
import type { ObservedPort } from '../../runtime.ts';
import type { LabAt } from '../place.ts';
import type { NodeRecord } from '../records.ts';
import { changeRecord } from './change-record.ts';

/** How often other ports are looked for when those that were free are not any more. */
const TRIES = 5;

/** What opens ports on this machine; answers with those it could not open. */
export interface PortOpener {
  open(ports: readonly ObservedPort[]): Promise<readonly number[]>;
}

/**
 * Opens the published ports of nodes. Between the choice of a port and its opening somebody else may take it, another lab
 * that starts at the same moment say: it gives way to any free one then, as if it had been taken before.
 *
 * @returns what is published in the end
 * @throws LabError `runtime` when a pinned port was taken; it names who has it
 */
export async function publishPorts(
  lab: LabAt,
  opener: PortOpener,
  nodes: readonly Pick<NodeRecord, 'spec' | 'published'>[],
): Promise<readonly ObservedPort[]> {
  let published = nodes;
  for (let tries = 1; ; tries++) {
    const ports = published.flatMap((node) => node.published);
    const refused = await opener.open(ports);
    const [first] = refused;
    if (first === undefined) return ports;
    if (tries === TRIES) throw await taken('tcp', first, noContainers, undefined);
    published = await Promise.all(
      published.map(async (node) => {
        if (!node.published.some(({ hostPort }) => refused.includes(hostPort))) return node;
        const moved = await Promise.all(
          node.published.map((port) => (refused.includes(port.hostPort) ? another(port, node.spec) : port)),
        );
        return changeRecord(lab, node.spec.name, () => ({ published: moved }));
      }),
    );
  }
}

async function another(port: ObservedPort, { publish }: NodeSpec): Promise<ObservedPort> {
  const pinned = publish.some((spec) => spec.pinned && spec.name === port.name && spec.port === port.port);
  if (pinned) throw await taken(port.protocol, port.hostPort, noContainers, undefined);
  const { port: hostPort, release } = await openPort(port.protocol, 0);
  await release();
  return { ...port, hostPort, moved: port.moved ?? 'taken' };
}
