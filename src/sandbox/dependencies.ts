import type { Context } from './context.ts';
import type { SandboxNode, SandboxService } from './sandbox.ts';

/** A container, as `node/container`. */
type Key = string;

/** What stands for a service among containers: it is ready when what it leads to is. */
const serviceKey = (service: string): Key => `${service}/`;

/** Reports `depends_on` that can never be satisfied: circles, and waiting for the end of what is no job. */
export function checkDependencies(
  context: Context,
  nodes: readonly SandboxNode[],
  services: readonly SandboxService[],
): void {
  const edges = new Map<Key, readonly { readonly to: Key }[]>();
  for (const node of nodes) {
    for (const container of node.containers) {
      const targets = container.dependsOn.flatMap(({ name, until }) => {
        const sibling = node.containers.find((other) => other.name === name && other !== container);
        const other = nodes.find((each) => each.name === name && each !== node);
        const service = services.find((each) => each.name === name);
        const ends = sibling !== undefined || other !== undefined || service === undefined;
        const meant = sibling
          ? [[node, sibling] as const]
          : (other?.containers ?? []).map((c) => [other!, c] as const);
        if (until === 'done' && (!ends || meant.some(([, target]) => !target.once))) {
          const path = [...containerPath(context, node.name, container.name), 'depends_on', name];
          context.problems.add(path, `${name} is no job, so it is never done`, {
            hint: ends ? 'a job has once: true' : 'a service is ready',
            key: true,
          });
        }
        if (!ends) return [{ to: serviceKey(name) }];
        return meant.map(([owner, target]) => ({ to: `${owner.name}/${target.name}` }));
      });
      edges.set(`${node.name}/${container.name}`, targets);
    }
  }
  for (const { name, nodes: selected } of services) {
    const containers = nodes.find((node) => node.name === selected)?.containers ?? [];
    edges.set(
      serviceKey(name),
      containers.map((container) => ({ to: `${selected}/${container.name}` })),
    );
  }
  const done = new Set<Key>();
  for (const start of edges.keys()) {
    const found = findCircle(edges, start, [], done);
    if (!found) continue;
    // Told where a container says on what it depends: a service says nothing of the kind.
    const first = found.findIndex((key) => !key.endsWith('/'));
    const circle = [...found.slice(first), ...found.slice(0, first)].map((key) => key.replace(/\/$/, ''));
    const [node, container] = circle[0]!.split('/') as [string, string];
    const path = [...containerPath(context, node, container), 'depends_on'];
    context.problems.add(path, `goes in a circle: ${[...circle, circle[0]].join(' → ')}`, { key: true });
  }
}

/** The keys of a circle that can be reached from `at`, in order; each circle is found once. */
function findCircle(
  edges: ReadonlyMap<Key, readonly { readonly to: Key }[]>,
  at: Key,
  trail: readonly Key[],
  done: Set<Key>,
): readonly Key[] | undefined {
  const seen = trail.indexOf(at);
  if (seen !== -1) return trail.slice(seen);
  if (done.has(at)) return undefined;
  for (const { to } of edges.get(at) ?? []) {
    const circle = findCircle(edges, to, [...trail, at], done);
    if (circle) {
      done.add(at);
      return circle;
    }
  }
  done.add(at);
  return undefined;
}

/** Where a container's keys stand: in the node itself when the node is written in the short form. */
export function containerPath(
  context: Context,
  node: string,
  container: string,
): readonly (string | number)[] {
  const long = ['nodes', node, 'containers', container];
  let value: unknown = context.document.value;
  for (const step of long) value = (value as Record<string, unknown> | null | undefined)?.[step];
  return value === undefined ? ['nodes', node] : long;
}
