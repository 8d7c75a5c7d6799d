import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LabError } from '../../../error.ts';
import type { FileSpec } from '../../node-spec.ts';
import type { TarEntry } from '../images/tar.ts';

const MODE = 0o644;
const PERMISSIONS = 0o7777;
/** More folders within one another are a link that leads back to where it is. */
const DEPTH = 100;

/**
 * What of an archive a file or directory of a container becomes. Links that stay inside their directory are kept;
 * what others lead to is copied, as it would not be there.
 *
 * @param at absolute path in the container; that of the spec when absent
 * @throws LabError `runtime` when the host does not have it, `invalid` for a path that is not absolute
 */
export async function entriesOf(file: FileSpec, at: string = file.path): Promise<readonly TarEntry[]> {
  if (!at.startsWith('/')) throw new LabError('invalid', `${at} is not an absolute path in a container`);
  const path = at
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  if (path === '' || path.split('/').includes('..')) {
    throw new LabError('invalid', `nothing can be put at ${at} of a container`);
  }
  if ('content' in file.from) {
    return [
      { path, kind: 'file', mode: file.mode ?? MODE, from: { content: Buffer.from(file.from.content) } },
    ];
  }
  const { hostPath } = file.from;
  try {
    const entries = await copied(hostPath, path, await realpath(hostPath));
    const [first, ...rest] = entries;
    if (file.mode === undefined || first === undefined || first.kind === 'link') return entries;
    return [{ ...first, mode: file.mode }, ...rest];
  } catch (error) {
    if (error instanceof LabError) throw error;
    const { code, path: where = hostPath, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : message;
    throw new LabError('runtime', `cannot copy ${where} to ${at}: ${why}`, { cause: error });
  }
}

/** @param root the directory that is copied, its links resolved */
async function copied(hostPath: string, path: string, root: string, depth = 0): Promise<readonly TarEntry[]> {
  if (depth > DEPTH) throw endless(hostPath);
  const link = depth > 0 && (await lstat(hostPath)).isSymbolicLink();
  if (link) {
    const target = await readlink(hostPath);
    if (await staysInside(hostPath, target, root)) return [{ path, kind: 'link', target }];
    const leads = await realpath(hostPath);
    const from = await realpath(dirname(hostPath));
    if (`${from}/`.startsWith(`${leads}/`)) throw endless(hostPath);
  }
  const found = await stat(hostPath);
  const mode = found.mode & PERMISSIONS;
  if (found.isFile()) return [{ path, kind: 'file', mode, from: { hostPath, size: found.size } }];
  if (!found.isDirectory()) {
    throw new LabError('runtime', `cannot copy ${hostPath}: it is neither a file nor a directory`);
  }
  const names = (await readdir(hostPath)).sort();
  const inside = await Promise.all(
    names.map((name) => copied(join(hostPath, name), `${path}/${name}`, root, depth + 1)),
  );
  return [{ path, kind: 'directory', mode }, ...inside.flat()];
}

function endless(hostPath: string): LabError {
  return new LabError('runtime', `cannot copy ${hostPath}: it leads back to where it is, without end`);
}

async function staysInside(hostPath: string, target: string, root: string): Promise<boolean> {
  if (target.startsWith('/')) return false;
  const folder = await realpath(dirname(hostPath));
  const leads = resolve(folder, target);
  return leads === root || leads.startsWith(`${root}/`);
}
