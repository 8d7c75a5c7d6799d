import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LabError } from '../../error.ts';
import type { ContainerSpec, LabIdentity, NodeSpec } from '../node-spec.ts';
import type { ObservedPort } from '../runtime.ts';

/** What an object of the engine is labelled with. */
export type Labels = Readonly<Record<string, string>>;

const prefix = 'io.envoy-lab.';

/** Names of the labels; what has them is ours, whatever it is called. */
export const label = {
  lab: `${prefix}lab`,
  sandbox: `${prefix}sandbox`,
  folder: `${prefix}folder`,
  owner: `${prefix}owner`,
  networks: `${prefix}networks`,
  createdAt: `${prefix}createdAt`,
  network: `${prefix}network`,
  node: `${prefix}node`,
  container: `${prefix}container`,
  hash: `${prefix}hash`,
  /** Of a container: its spec. */
  spec: `${prefix}spec`,
  /** The node's spec without its containers, of which only the names are given. */
  nodeSpec: `${prefix}node-spec`,
  revision: `${prefix}revision`,
  ports: `${prefix}ports`,
  /** Of a holder: grows with each node that is made. */
  order: `${prefix}order`,
} as const;

/** A node's spec without its containers': each of those keeps its own. */
export type BareNode = Omit<NodeSpec, 'containers'> & { readonly containers: readonly string[] };

/** On every object of a lab. */
export function identityLabels({ lab, sandbox, folder, owner }: LabIdentity): Labels {
  return { [label.lab]: lab, [label.sandbox]: sandbox, [label.folder]: folder, [label.owner]: owner };
}

export function networkLabels(identity: LabIdentity, network: string, createdAt: number): Labels {
  return {
    ...identityLabels(identity),
    [label.network]: network,
    [label.networks]: JSON.stringify(identity.networks),
    [label.createdAt]: String(createdAt),
  };
}

export function holderLabels(
  identity: LabIdentity,
  node: NodeSpec,
  { ports, order }: { readonly ports: readonly ObservedPort[]; readonly order: number },
): Labels {
  return {
    ...identityLabels(identity),
    [label.node]: node.name,
    [label.hash]: node.hash,
    [label.nodeSpec]: pack(bareNode(node)),
    [label.revision]: '0',
    [label.ports]: JSON.stringify(ports),
    [label.order]: String(order),
  };
}

/** @param revision of the node's update that makes the container; undefined when it is made with its node */
export function containerLabels(
  identity: LabIdentity,
  node: NodeSpec,
  container: ContainerSpec,
  revision: number | undefined,
): Labels {
  return {
    ...identityLabels(identity),
    [label.node]: node.name,
    [label.container]: container.name,
    [label.hash]: container.hash,
    [label.spec]: pack(container),
    ...(revision === undefined
      ? {}
      : { [label.nodeSpec]: pack(bareNode(node)), [label.revision]: String(revision) }),
  };
}

/** The identity that a network of a lab carries. */
export function identityOf(labels: Labels): LabIdentity {
  return {
    lab: labels[label.lab] ?? '',
    sandbox: labels[label.sandbox] ?? '',
    folder: labels[label.folder] ?? '',
    owner: labels[label.owner] ?? '',
    networks: JSON.parse(labels[label.networks] ?? '[]') as string[],
  };
}

export function containerSpecOf(labels: Labels): ContainerSpec {
  return unpack(labels, label.spec);
}

export function bareNodeOf(labels: Labels): BareNode {
  return unpack(labels, label.nodeSpec);
}

export function portsOf(labels: Labels): readonly ObservedPort[] {
  return JSON.parse(labels[label.ports] ?? '[]') as ObservedPort[];
}

/** What the engine is asked to filter by. */
export function labelFilter(labels: Labels): { readonly label: string[] } {
  return { label: Object.entries(labels).map(([name, value]) => `${name}=${value}`) };
}

function bareNode({ containers, ...node }: NodeSpec): BareNode {
  return { ...node, containers: containers.map(({ name }) => name) };
}

/** Specs hold whole configs, and every list of containers carries every label: compressed they are a tenth. */
function pack(value: unknown): string {
  return deflateRawSync(JSON.stringify(value)).toString('base64');
}

function unpack<T>(labels: Labels, name: string): T {
  try {
    return JSON.parse(inflateRawSync(Buffer.from(labels[name] ?? '', 'base64')).toString()) as T;
  } catch (cause) {
    const lab = labels[label.lab] ?? '';
    throw new LabError('runtime', `the label ${name} of an object of lab ${lab} cannot be read`, {
      hint: `another version of envoy-lab may have made it: envoy-lab down ${lab}, then start it again`,
      cause,
    });
  }
}
