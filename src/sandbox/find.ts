import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { didYouMean } from '../document/suggest.ts';
import { LabError } from '../error.ts';

/** The name of the file that makes a folder a sandbox. */
export const SANDBOX_FILE = 'sandbox.yaml';

/** Where a sandbox is. */
export interface FoundSandbox {
  /** Absolute. */
  readonly folder: string;
  /** Absolute. */
  readonly file: string;
  /** The file as messages name it: relative to the working directory where that is shorter. */
  readonly shown: string;
}

/**
 * Finds a built-in sandbox by name, a folder, or a file. A word without a slash is looked for among the built-in ones
 * first, then in the working directory.
 *
 * @throws LabError `usage` when there is none, with the nearest name
 */
export async function findSandbox(
  nameOrPath: string,
  { roots, cwd }: { readonly roots: readonly string[]; readonly cwd: string },
): Promise<FoundSandbox> {
  const isPath = /[/\\]|^\.|\.ya?ml$/.test(nameOrPath);
  if (!isPath) {
    for (const root of roots) {
      const file = join(root, nameOrPath, SANDBOX_FILE);
      if ((await kindOf(file)) === 'file') return found(file, cwd);
    }
  }
  const path = resolve(cwd, nameOrPath);
  const kind = await kindOf(path);
  if (kind === 'file') return found(path, cwd);
  if (kind === 'directory') {
    const file = join(path, SANDBOX_FILE);
    if ((await kindOf(file)) === 'file') return found(file, cwd);
    throw new LabError('usage', `${nameOrPath} is no sandbox: it has no ${SANDBOX_FILE}`, {
      hint: `envoy-lab init ${nameOrPath} writes one`,
    });
  }
  const names = (await Promise.all(roots.map(sandboxFolders))).flat();
  throw new LabError('usage', `no sandbox "${nameOrPath}"`, {
    hint: isPath
      ? `there is no such file or folder in ${cwd}`
      : (didYouMean(nameOrPath, names) ?? 'name a folder that has a sandbox.yaml'),
  });
}

/** Names of the folders in a root that have a sandbox file, sorted. A root that is not there has none. */
export async function sandboxFolders(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  const kinds = await Promise.all(names.map((name) => kindOf(join(root, name, SANDBOX_FILE))));
  return names.filter((_, index) => kinds[index] === 'file').sort();
}

function found(file: string, cwd: string): FoundSandbox {
  const path = relative(cwd, file);
  const shown = path.startsWith('..') || isAbsolute(path) ? file : path === '' ? basename(file) : path;
  return { folder: dirname(file), file, shown };
}

/** @throws LabError `usage` when the file cannot be read */
export async function readText(file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LabError('usage', `cannot read ${shown}: ${(error as Error).message}`, { cause: error });
  }
}

async function kindOf(path: string): Promise<'file' | 'directory' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch {
    return undefined;
  }
}
