import type { SandboxEntry } from '../sandbox/list.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { LabContext } from './context.ts';

/**
 * Reads a sandbox by name or path.
 * @throws LabError `usage` when there is none; DocumentError with all that is wrong with it
 */
export async function readSandbox(context: LabContext, nameOrPath: string): Promise<Sandbox> {
  const [{ loadSandbox }, { listImages, imageRootsFor }] = await Promise.all([
    import('../sandbox/load.ts'),
    import('../image/load.ts'),
  ]);
  return loadSandbox(nameOrPath, {
    roots: context.sandboxRoots,
    cwd: context.cwd,
    imagesFor: (folder) => listImages(imageRootsFor(folder, context.imageRoots)),
    engines: context.engines.map(({ name }) => name),
  });
}

/** Every built-in sandbox, in the order of names. */
export async function listAllSandboxes(context: LabContext): Promise<SandboxEntry[]> {
  const { listSandboxes } = await import('../sandbox/list.ts');
  return (await Promise.all(context.sandboxRoots.map((root) => listSandboxes(root)))).flat();
}
