import type { ContainerSpec, NodeSpec } from './node-spec.ts';

/** A container with every field but its argv filled in. */
export function container(
  name: string,
  argv: readonly string[],
  rest: Partial<ContainerSpec> = {},
): ContainerSpec {
  return {
    name,
    kind: 'app',
    argv,
    env: {},
    rootfs: { name: 'base', programs: [], files: [] },
    files: [],
    volumes: [],
    ready: { kind: 'started' },
    dependsOn: [],
    once: false,
    hash: `${name}-1`,
    ...rest,
  };
}

/** Replica `index` of a group. */
export function node(
  group: string,
  containers: readonly ContainerSpec[],
  { index = 1, ...rest }: Partial<NodeSpec> = {},
): NodeSpec {
  return {
    name: `${group}-${index}`,
    group,
    index,
    networks: ['default'],
    aliases: [],
    publish: [],
    containers,
    hash: `${group}-1`,
    ...rest,
  };
}
