import type { ContainerSpec, LabIdentity, NodeSpec } from '../runtime/node-spec.ts';
import type { ContainerState, ObservedContainer, ObservedLab } from '../runtime/runtime.ts';
import * as specs from '../runtime/specs.fake.ts';
import { contentHash } from './content-hash.ts';
import type { LabSpec } from './lab-spec.ts';
import { nodeHash } from './resolve/resolve.ts';

/** Labs as data, for tests. */
export const identity: LabIdentity = {
  lab: 'demo',
  sandbox: 'demo',
  folder: '/sandboxes/demo',
  owner: '1000',
  networks: ['default'],
};

export function container(name: string, rest: Partial<ContainerSpec> = {}): ContainerSpec {
  const { hash: _, ...spec } = specs.container(name, ['run', name], rest);
  return { ...spec, hash: rest.hash ?? contentHash(spec) };
}

export function node(
  group: string,
  containers: readonly ContainerSpec[],
  rest: Partial<NodeSpec> = {},
): NodeSpec {
  const spec = specs.node(group, containers, rest);
  return { ...spec, hash: nodeHash(spec) };
}

export function lab(...nodes: readonly NodeSpec[]): LabSpec {
  return { identity, nodes };
}

/** The lab as it looks when all its containers are in that state. */
export function observed(
  spec: LabSpec,
  change: (name: string) => Partial<ObservedContainer> & { state?: ContainerState } = () => ({}),
): ObservedLab {
  return {
    identity: spec.identity,
    runtime: 'fake',
    mode: '',
    createdAt: 0,
    nodes: spec.nodes.map((each, position) => ({
      spec: each,
      addresses: { default: `10.0.0.${position + 2}` },
      published: each.publish.map((port) => ({ ...port, hostPort: port.hostPort || 40_000 + position })),
      containers: each.containers.map(({ name, hash }) => ({
        name,
        hash,
        state: 'ready' as const,
        ...change(`${each.name}/${name}`),
      })),
    })),
  };
}
