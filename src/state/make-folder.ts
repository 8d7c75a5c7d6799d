import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** More often than this no folder vanishes by chance. */
const TRIES = 10;

/**
 * Makes a file with the folder it lies in. Whoever ends a lab removes folders that are empty, so one that was there may
 * be gone by the time something is put into it: it is made again then, private to its user.
 *
 * @param path the file
 * @param make puts it there; may be called several times
 */
export async function inFolder<T>(path: string, make: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await make();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === TRIES) throw error;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    }
  }
}
