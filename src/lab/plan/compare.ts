import type { ContainerSpec, NodeSpec } from '../../runtime/node-spec.ts';
import type { ObservedContainer, ObservedNode } from '../../runtime/runtime.ts';

interface ContainerStart {
  readonly container: ContainerSpec;
  readonly cause: string;
}

/** How a node that runs differs from the one that is wanted. */
export type NodeDifference = { readonly starts: readonly ContainerStart[] } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'missing' | 'replace'; readonly cause: string }
  | { readonly kind: 'update'; readonly cause: string; readonly changed: readonly string[] }
);

export function compareNode(wanted: NodeSpec, found: ObservedNode | undefined): NodeDifference {
  const all = (cause: string) => wanted.containers.map((container) => ({ container, cause }));
  if (found === undefined) {
    const cause = wanted.index === 1 ? 'it does not run yet' : `replica ${wanted.index} is wanted`;
    return { kind: 'missing', cause, starts: all('new') };
  }
  if (found.spec.hash !== wanted.hash) {
    const cause = `its ${nodeParts(wanted, found.spec).join(' and ')} changed`;
    return { kind: 'replace', cause, starts: all('its node is made anew') };
  }
  const changed = wanted.containers.filter((container) => observedHash(found, container) !== container.hash);
  const gone = found.spec.containers.filter(
    (container) => !wanted.containers.some(({ name }) => name === container.name),
  );
  const starts = wanted.containers.flatMap((container): ContainerStart[] => {
    if (changed.includes(container)) return [{ container, cause: changeOf(container, found) }];
    const cause = stateCause(found.containers.find(({ name }) => name === container.name));
    return cause === undefined ? [] : [{ container, cause }];
  });
  if (changed.length === 0 && gone.length === 0) return { kind: 'none', starts };
  const causes = [
    ...changed.map((container) => `${container.name}: ${changeOf(container, found)}`),
    ...gone.map(({ name }) => `${name}: no longer wanted`),
  ];
  return { kind: 'update', cause: causes.join('; '), changed: changed.map(({ name }) => name), starts };
}

function observedHash(found: ObservedNode, container: ContainerSpec): string | undefined {
  return found.containers.find(({ name }) => name === container.name)?.hash;
}

function nodeParts(a: NodeSpec, b: NodeSpec): string[] {
  const parts = ['networks', 'aliases', 'hosts', 'publish'] as const;
  const differing = parts.filter((part) => JSON.stringify(a[part]) !== JSON.stringify(b[part]));
  return differing.length === 0
    ? ['definition']
    : differing.map((part) => (part === 'publish' ? 'published ports' : part));
}

/** Which parts of a container are not what they were, in the sandbox file's words. */
function changeOf(wanted: ContainerSpec, found: ObservedNode): string {
  const before = found.spec.containers.find(({ name }) => name === wanted.name);
  if (before === undefined) return 'new';
  if (before.engine !== wanted.engine) return `its engine is now ${wanted.engine ?? 'none'}`;
  if (before.engineVersion !== wanted.engineVersion)
    return `its engine is now ${wanted.engine} ${wanted.engineVersion}`;
  const parts = {
    image: 'image',
    argv: 'command',
    args: 'args',
    env: 'env',
    files: 'files',
    volumes: 'volumes',
    ready: 'ready',
  } as const;
  const changed = Object.entries(parts).filter(
    ([part]) =>
      JSON.stringify(before[part as keyof typeof parts]) !==
      JSON.stringify(wanted[part as keyof typeof parts]),
  );
  if (changed.length === 0) return 'changed';
  return `its ${changed.map(([, word]) => word).join(' and ')} changed`;
}

/** Why a container whose definition did not change has to be started; undefined when it runs. */
function stateCause(found: ObservedContainer | undefined): string | undefined {
  switch (found?.state) {
    case undefined:
    case 'created':
      return 'not started yet';
    case 'stopped':
      return 'stopped';
    case 'exited':
      return `exited with ${found.exitCode ?? '?'}`;
    default:
      return undefined;
  }
}
