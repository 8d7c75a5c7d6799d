import type { ContainerSpec } from '../../node-spec.ts';

/**
 * What a container is in its pod.
 *
 * - `job`: runs to its end before the next begins (an init container)
 * - `early`: runs on, and the next begins when it is ready (an init container that is restarted)
 * - `main`: one of those that start together at last
 */
export type Role = 'job' | 'early' | 'main';

export interface OrderedContainer {
  readonly container: ContainerSpec;
  readonly role: Role;
}

/**
 * The containers of a node in an order that a pod can keep: whatever another one waits for comes before it, one after the other,
 * and all else starts together.
 */
export function orderContainers(containers: readonly ContainerSpec[]): OrderedContainer[] {
  const byName = new Map(containers.map((container) => [container.name, container]));
  const needed = new Set(
    containers.flatMap(({ name, dependsOn }) =>
      dependsOn.flatMap((dependency) => (dependency.name === name ? [] : [dependency.name])),
    ),
  );
  const early: ContainerSpec[] = [];
  const add = (container: ContainerSpec) => {
    if (early.includes(container)) return;
    for (const { name } of container.dependsOn) {
      const before = byName.get(name);
      if (before !== undefined && before !== container) add(before);
    }
    early.push(container);
  };
  for (const container of containers) if (container.once || needed.has(container.name)) add(container);
  return [
    ...early.map((container) => ({
      container,
      role: container.once ? ('job' as const) : ('early' as const),
    })),
    ...containers
      .filter((container) => !early.includes(container))
      .map((container) => ({ container, role: 'main' as const })),
  ];
}
