import { DocumentError, type Problem } from '../../document/problem.ts';
import { wholeReference } from '../../image/reference.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Sandbox, SandboxContainer } from '../../sandbox/sandbox.ts';
import type { LabChoices } from './choices.ts';

/** The sandbox with images of ours where the choices put them; they win over the rules of its file. */
export function withImages(sandbox: Sandbox, images: LabChoices['images']): Sandbox {
  if (images.size === 0) return sandbox;
  const chosen = new Map([...images].map(([reference, image]) => [wholeReference(reference), image]));
  const choose = (container: SandboxContainer): SandboxContainer => {
    const { program } = container;
    if (program.kind !== 'app' || program.reference === undefined) return container;
    const image = chosen.get(wholeReference(program.reference)) ?? program.image;
    return { ...container, program: { ...program, image } };
  };
  const nodes = sandbox.nodes.map((node) => ({ ...node, containers: node.containers.map(choose) }));
  return { ...sandbox, nodes };
}

/**
 * A runtime that starts the machine's own programs has no use for images of registries.
 * @throws DocumentError that names every container with one that nothing of ours is put in the place of
 */
export function requireOwnImages(sandbox: Sandbox, runtime: Pick<Runtime, 'name' | 'programs'>): void {
  if (runtime.programs === 'image') return;
  const problems = sandbox.nodes.flatMap((node) =>
    node.containers.flatMap(({ name, at, program }): Problem[] => {
      if (program.kind !== 'app' || program.reference === undefined || program.image !== undefined) return [];
      const { reference } = program;
      const message = `container ${name} is the image ${reference} of a registry, which runtime ${runtime.name} cannot run`;
      const hint = `put an image of envoy-lab or of the sandbox in its place, such as --image ${reference}=http-app, or run it with --runtime docker`;
      return [{ severity: 'error', at, path: `nodes.${node.name}`, message, hint }];
    }),
  );
  if (problems.length > 0) throw new DocumentError('images of registries cannot run here', problems);
}
