import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LabError } from '../../error.ts';
import type { Exported } from './export.ts';

/** Whether a user means a folder: it is one, or the path ends as one. */
export async function isFolder(path: string, cwd: string): Promise<boolean> {
  if (path.endsWith('/')) return true;
  const found = await stat(resolve(cwd, path)).catch(() => undefined);
  return found?.isDirectory() === true;
}

/** Makes a folder and those around it. Node's own `recursive` never ends where nothing can be made, such as in /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/**
 * Writes what was exported to a file, or into a folder, which is made.
 * @returns path of the main file, as the user would write it
 * @throws LabError `runtime` when it cannot be written
 */
export async function writeExported(exported: Exported, output: string, cwd: string): Promise<string> {
  const folder = await isFolder(output, cwd);
  const shown = folder ? join(output, exported.main.path) : output;
  const main = resolve(cwd, shown);
  const files = [
    { ...exported.main, path: main },
    ...exported.beside.map((file) => ({ ...file, path: join(dirname(main), file.path) })),
  ];
  for (const { path, content, mode } of files) {
    try {
      await makeFolder(dirname(path));
      await writeFile(path, content);
      if (mode !== undefined) await chmod(path, mode);
    } catch (cause) {
      throw new LabError('runtime', `cannot write ${path}: ${(cause as Error).message}`, {
        hint: 'name another place with -o, or leave it out and have it on stdout',
        cause,
      });
    }
  }
  return shown;
}
