import { createHash, type Hash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../error.ts';

/**
 * Hash of the content of a host file, or of a directory with all below it (names, permission bits and content).
 * @throws LabError `invalid` when it cannot be read
 */
export async function hostHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await addTo(hash, path, '');
  } catch (error) {
    throw new LabError('invalid', `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  return hash.digest('hex').slice(0, 12);
}

async function addTo(hash: Hash, path: string, name: string): Promise<void> {
  const found = await stat(path);
  if (found.isDirectory()) {
    hash.update(`directory ${name}\0`);
    for (const entry of (await readdir(path)).sort()) await addTo(hash, join(path, entry), join(name, entry));
  } else if (found.isFile()) {
    hash.update(`file ${name} ${found.mode & 0o777} ${found.size}\0`);
    hash.update(await readFile(path));
  }
}
