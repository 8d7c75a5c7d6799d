import type Docker from 'dockerode';
import type { ContainerSpec, LabIdentity, NodeSpec } from '../node-spec.ts';
import { container as bare, node } from '../specs.fake.ts';
import { containerLabels, holderLabels, type Labels, networkLabels } from './labels.ts';
import { containerName, holderName, type Mark } from './names.ts';

/** Specs and what an engine would list of them, for tests. */
export const identity: LabIdentity = {
  lab: 'shop',
  sandbox: 'front-proxy',
  folder: '/sandboxes/front-proxy',
  owner: '1000',
  networks: ['default', 'back'],
};

export function container(name: string, rest: Partial<ContainerSpec> = {}): ContainerSpec {
  return bare(name, ['sleep', '1'], rest);
}

export { node };

type Listed = Docker.ContainerInfo;
type Of = Partial<Pick<Listed, 'State' | 'Status' | 'NetworkSettings'>>;

function listed(id: string, name: string, labels: Labels, of: Of): Listed {
  const base = {
    Id: id,
    Names: [`/${name}`],
    Labels: { ...labels },
    State: 'running',
    Status: 'Up 1 second',
  };
  return { ...base, NetworkSettings: { Networks: {} }, ...of } as unknown as Listed;
}

/** A node's holder as an engine lists it; its id is the node's name. */
export function listedHolder(spec: NodeSpec, of: Of & { address?: string; order?: number } = {}): Listed {
  const { address = '172.18.0.2', order = 0, ...rest } = of;
  const Networks = { [`${identity.lab}.default`]: { IPAddress: address } };
  const NetworkSettings = { Networks } as unknown as Listed['NetworkSettings'];
  const labels = holderLabels(identity, spec, { ports: [], order });
  return listed(spec.name, holderName(identity.lab, spec.name), labels, { NetworkSettings, ...rest });
}

/** A container as an engine lists it; its id is node/container. */
export function listedContainer(
  spec: NodeSpec,
  container: ContainerSpec,
  of: Of & { mark?: Mark; revision?: number } = {},
): Listed {
  const { mark, revision, ...rest } = of;
  const labels = containerLabels(identity, spec, container, revision);
  const name = containerName(identity.lab, spec.name, container.name, mark);
  return listed(`${spec.name}/${container.name}`, name, labels, rest);
}

export function listedNetwork(network = 'default'): { labels: Record<string, string> } {
  return { labels: { ...networkLabels(identity, network, 1234) } };
}
