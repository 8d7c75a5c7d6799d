import type Docker from 'dockerode';
import type { NetworkObject } from '../dialect.ts';
import { type BareNode, bareNodeOf, containerSpecOf, identityOf, label, portsOf } from '../labels.ts';
import { markOf, networkName } from '../names.ts';
import type { ContainerObject, LabObjects, NodeObject } from '../objects.ts';

type Listed = Docker.ContainerInfo;

/** Reads the engine's lists; undefined when no network says what lab they are of. Pure. */
export function labObjects(
  containers: readonly Listed[],
  networks: readonly Pick<NetworkObject, 'labels'>[],
): LabObjects | undefined {
  const labels = networks[0]?.labels;
  if (labels === undefined) return undefined;
  const createdAt = Number(labels[label.createdAt] ?? 0);
  return { identity: identityOf(labels), createdAt, nodes: nodeObjects(containers) };
}

/** The nodes of listed containers, in the order they were made in. A container whose holder is gone is of no node. */
export function nodeObjects(containers: readonly Listed[]): NodeObject[] {
  const holders = containers.filter(({ Labels }) => isHolder(Labels));
  const order = ({ Labels }: Listed) => Number(Labels[label.order] ?? 0);
  return holders
    .toSorted((a, b) => order(a) - order(b))
    .map((holder) =>
      nodeObject(
        holder,
        containers.filter((other) => joins(other, holder)),
      ),
    );
}

function isHolder(labels: Listed['Labels']): boolean {
  return labels[label.node] !== undefined && labels[label.container] === undefined;
}

function joins({ Labels }: Listed, holder: Listed): boolean {
  return Labels[label.container] !== undefined && Labels[label.node] === holder.Labels[label.node];
}

function nodeObject(holder: Listed, joiners: readonly Listed[]): NodeObject {
  const { bare, revision } = newestSpec([holder, ...joiners]);
  const objects = joiners.map(containerObject);
  const place = ({ spec }: ContainerObject) => {
    const at = bare.containers.indexOf(spec.name);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  // One that was about to be replaced comes first: whoever compares sees that its place is not yet taken.
  const age = ({ mark }: ContainerObject) => (mark?.kind === 'old' ? 0 : 1);
  const byName = (a: ContainerObject, b: ContainerObject) => (a.spec.name < b.spec.name ? -1 : 1);
  objects.sort((a, b) => place(a) - place(b) || age(a) - age(b) || byName(a, b));
  const running = holder.State === 'running' || holder.State === 'paused';
  return {
    spec: { ...bare, containers: objects.map(({ spec }) => spec) },
    id: holder.Id,
    running,
    addresses: running ? addressesOf(holder, bare) : {},
    containers: objects,
    published: portsOf(holder.Labels),
    revision,
  };
}

function newestSpec(objects: readonly Listed[]): { readonly bare: BareNode; readonly revision: number } {
  const revisions = objects.map(({ Labels }) => Number(Labels[label.revision] ?? -1));
  const revision = Math.max(...revisions);
  return { bare: bareNodeOf(objects[revisions.indexOf(revision)]!.Labels), revision };
}

/** A container as the engine lists it; no holder. Pure. */
export function containerObject(listed: Listed): ContainerObject {
  return { id: listed.Id, spec: containerSpecOf(listed.Labels), ...listedState(listed) };
}

/** What a list tells of the state of a container, a holder too. */
export function listedState({
  Names,
  State,
  Status,
}: Pick<Listed, 'Names' | 'State' | 'Status'>): Pick<ContainerObject, 'status' | 'exitCode' | 'mark'> {
  const exit = /^Exited \((\d+)\)/.exec(Status)?.[1];
  const mark = Names.map(markOf).find((found) => found !== undefined);
  return {
    status: statusOf(State),
    ...(exit === undefined ? {} : { exitCode: Number(exit) }),
    ...(mark === undefined ? {} : { mark }),
  };
}

function statusOf(state: string): ContainerObject['status'] {
  switch (state) {
    case 'running':
    case 'restarting':
      return 'running';
    case 'paused':
      return 'paused';
    case 'created':
    case 'configured':
    case 'initialized':
      return 'created';
    default:
      return 'exited';
  }
}

function addressesOf(holder: Listed, { networks }: BareNode): Record<string, string> {
  const lab = holder.Labels[label.lab] ?? '';
  const found: Record<string, string> = {};
  for (const network of networks) {
    const address = holder.NetworkSettings.Networks[networkName(lab, network)]?.IPAddress;
    if (address) found[network] = address;
  }
  return found;
}
