import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../../error.ts';
import { filesOf, type NodeSpec } from '../../node-spec.ts';

/** A file of the host; of a directory every file below it. */
export interface HostFile {
  /** From the directory, with slashes; empty: the path named is this file. */
  readonly path: string;
  readonly content: Buffer;
  /** Permission bits. */
  readonly mode: number;
}

/** By the path that a `FileSpec` names. */
export type HostContents = ReadonlyMap<string, readonly HostFile[]>;

/**
 * Reads every host file and directory that nodes mention.
 * @throws LabError `runtime` when one cannot be read
 */
export async function readHostFiles(nodes: readonly NodeSpec[]): Promise<HostContents> {
  const paths = nodes
    .flatMap(({ containers }) => containers.flatMap(filesOf))
    .flatMap(({ from }) => ('hostPath' in from ? [from.hostPath] : []));
  const read = [...new Set(paths)].map(async (path) => [path, await filesAt(path)] as const);
  return new Map(await Promise.all(read));
}

async function filesAt(path: string): Promise<HostFile[]> {
  try {
    return await filesBelow(path, '');
  } catch (error) {
    throw new LabError('runtime', `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function filesBelow(path: string, name: string): Promise<HostFile[]> {
  const found = await stat(path);
  if (!found.isDirectory()) {
    return found.isFile() ? [{ path: name, content: await readFile(path), mode: found.mode & 0o777 }] : [];
  }
  const entries = (await readdir(path)).sort();
  const below = entries.map((entry) =>
    filesBelow(join(path, entry), name === '' ? entry : `${name}/${entry}`),
  );
  return (await Promise.all(below)).flat();
}
