import { DocumentError, type Problem } from '../../document/problem.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/**
 * Refuses what a runtime cannot call a node or a service.
 * @throws DocumentError that names every such name
 */
export function requireNames(
  { nodes, services }: Sandbox,
  { name: runtime, names }: Pick<Runtime, 'name' | 'names'>,
): void {
  if (names === undefined) return;
  const { pattern, rule, unique } = names;
  const owners = [
    ...nodes.map((node) => ({ ...node, list: 'nodes' })),
    ...services.map((service) => ({ ...service, list: 'services' })),
  ];
  const problems = owners.flatMap(({ list, name, aliases, at }) =>
    [name, ...aliases]
      .filter((called) => !pattern.test(called))
      .map(
        (called): Problem => ({
          severity: 'error',
          at,
          path: `${list}.${name}${called === name ? '' : '.aliases'}`,
          message: `runtime ${runtime} cannot call anything ${called}`,
          hint: `${rule}; rename it, or use another --runtime`,
        }),
      ),
  );
  if (unique) problems.push(...shared(owners, runtime));
  if (problems.length > 0) throw new DocumentError('names that cannot be given here', problems);
}

interface Owner extends Pick<Sandbox['nodes'][number], 'name' | 'aliases' | 'at'> {
  readonly list: string;
}

/** Aliases that an owner before has too. */
function shared(owners: readonly Owner[], runtime: string): Problem[] {
  const first = new Map<string, string>();
  return owners.flatMap(({ list, name, aliases, at }) =>
    [...new Set(aliases)].flatMap((alias): Problem[] => {
      const other = first.get(alias);
      if (other === undefined) {
        first.set(alias, name);
        return [];
      }
      return [
        {
          severity: 'error',
          at,
          path: `${list}.${name}.aliases`,
          message: `runtime ${runtime} cannot have ${alias} lead to ${other} too`,
          hint: 'give one of them another alias, or use another --runtime',
        },
      ];
    }),
  );
}
