import { randomBytes } from 'node:crypto';
import { chmod, chown, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all: what is there stays until all of the text is beside it. Its permissions and its owner are kept; of
 * a link the file that it leads to is replaced. What is no regular file, such as /dev/stdout, is written to.
 *
 * @throws Error of node:fs
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const before = await unlessMissing(stat(path));
  if (before !== undefined && !before.isFile()) return writeFile(path, text);
  const real = (await unlessMissing(realpath(path))) ?? path;
  // A link to what is not there yet makes just that.
  if (before === undefined) return writeFile(real, text);
  const aside = join(dirname(real), `.${basename(real)}.${randomBytes(4).toString('hex')}`);
  try {
    await writeFile(aside, text, { flag: 'wx', mode: 0o600 });
    if (before.uid !== process.getuid?.() || before.gid !== process.getgid?.()) {
      // Who is not root cannot give a file away: then it is the one who wrote it.
      await chown(aside, before.uid, before.gid).catch(() => undefined);
    }
    await chmod(aside, before.mode & 0o7777);
    await rename(aside, real);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
}

function unlessMissing<T>(looked: Promise<T>): Promise<T | undefined> {
  return looked.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
