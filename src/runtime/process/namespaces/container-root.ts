import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { LabError } from '../../../error.ts';
import { type ContainerSpec, type FileSpec, filesOf } from '../../node-spec.ts';
import { INSIDE, insidePath, overlayOptions } from './boot-script.ts';
import { fstabLine, HIDDEN, HOME, type RootPlan } from './root-plan.ts';

/** Folders of one container on the lab's tmpfs. */
export interface ContainerRoot {
  readonly folder: string;
  /** Becomes `/`. */
  readonly root: string;
  readonly fstab: string;
}

/** Files every container of a node has, such as /etc/hosts. */
export type NodeFiles = readonly FileSpec[];

/**
 * Lays out a container's root in `folder`, which is there and empty, so that mounting its fstab and changing the root is all that is left to do.
 * Files land in the writable layers; the host's own are never touched.
 */
export function layOutRoot(
  folder: string,
  plan: RootPlan,
  container: ContainerSpec,
  nodeFiles: NodeFiles,
): ContainerRoot {
  const root = join(folder, 'root');
  const lines = [fstabLine(root, root, 'none', 'bind')];
  for (const path of [root, join(folder, 'up'), join(folder, 'work')]) mkdirSync(path);
  for (const name of ['proc', 'sys', 'dev', 'run', 'tmp']) mkdirSync(`${root}/${name}`);
  chmodSync(`${root}/tmp`, 0o1777);
  mkdirSync(`${root}${HOME}`, { mode: 0o700 });
  for (const { path, target } of plan.symlinks) symlinkSync(target, `${root}${path}`);
  const layers = new Map(plan.overlays.map((path, index) => [path, `${folder}/up/${index}`]));
  for (const [path, upper] of layers) {
    const work = upper.replace(/\/up\/(\d+)$/, '/work/$1');
    for (const made of [upper, work, `${root}${path}`]) mkdirSync(made);
    lines.push(fstabLine('overlay', `${root}${path}`, 'overlay', overlayOptions(path, upper, work)));
  }
  const place = (path: string) => placeIn(path, root, plan, layers);
  for (const path of plan.owned) mkdirSync(place(path), { recursive: true });
  for (const path of plan.binds) {
    makeMountPoint(insidePath(path), join(root, path));
    lines.push(fstabLine(insidePath(path), join(root, path), 'none', 'rbind,ro'));
  }
  lines.push(
    fstabLine(INSIDE.proc, join(root, 'proc'), 'none', 'rbind'),
    fstabLine(INSIDE.dev, join(root, 'dev'), 'none', 'rbind'),
    fstabLine('shm', join(root, 'dev/shm'), 'tmpfs', 'mode=1777'),
    fstabLine('sysfs', join(root, 'sys'), 'sysfs', 'ro,nofail'),
  );
  for (const file of nodeFiles) putFile(file, place(file.path));
  for (const file of filesOf(container)) putFile(file, place(file.path));
  for (const { hostPath, path, readOnly } of container.volumes) {
    const source = insidePath(hostPath);
    makeMountPoint(source, place(path));
    lines.push(fstabLine(source, join(root, path), 'none', readOnly ? 'rbind,ro' : 'rbind'));
  }
  const workdir = container.workdir;
  if (workdir !== undefined) makeWorkdir(workdir, place);
  const fstab = join(folder, 'fstab');
  writeFileSync(fstab, lines.join(''));
  return { folder, root, fstab };
}

/** Where a path of the container is on the lab's tmpfs: in the layer above the host's folder, or in its own root. */
function placeIn(path: string, root: string, plan: RootPlan, layers: ReadonlyMap<string, string>): string {
  if (!path.startsWith('/')) throw new LabError('invalid', `${path} is not an absolute path in a container`);
  const resolved = followSymlinks(path);
  const top = `/${resolved.split('/')[1]}`;
  const upper = layers.get(top);
  if (upper !== undefined) return join(upper, relative(top, resolved));
  if (plan.binds.includes(top)) {
    throw new LabError(
      'runtime',
      `nothing can be put at ${path}: something is mounted below ${top} on this machine`,
      {
        hint: 'Choose another path inside the container, such as one below /etc or /srv.',
      },
    );
  }
  return join(root, resolved);
}

/** Resolves the symbolic links that the host has on the way to a path: the container sees the same ones. */
function followSymlinks(path: string, depth = 0): string {
  if (HIDDEN.some((folder) => path === folder || path.startsWith(`${folder}/`))) return path;
  const parts = path.split('/').filter((part) => part !== '');
  let current = '/';
  for (const [index, part] of parts.entries()) {
    current = join(current, part);
    const stat = lstatSync(current, { throwIfNoEntry: false });
    if (stat === undefined) break;
    // The last part is replaced, not followed: a file takes the place of a link.
    if (!stat.isSymbolicLink() || index === parts.length - 1) continue;
    if (depth > 40) throw new LabError('runtime', `too many symbolic links on the way to ${path}`);
    const target = join(dirname(current), readlinkSync(current));
    const absolute = readlinkSync(current).startsWith('/') ? readlinkSync(current) : target;
    return followSymlinks(join(absolute, ...parts.slice(index + 1)), depth + 1);
  }
  return join('/', ...parts);
}

function putFile(file: FileSpec, at: string): void {
  mkdirSync(dirname(at), { recursive: true });
  if ('content' in file.from) {
    writeFileSync(at, file.from.content);
    chmodSync(at, file.mode ?? 0o644);
    return;
  }
  const source = insidePath(file.from.hostPath);
  if (statSync(source, { throwIfNoEntry: false }) === undefined) {
    throw new LabError('runtime', `cannot copy ${file.from.hostPath} to ${file.path}: there is no such file`);
  }
  cpSync(source, at, { recursive: true, dereference: true });
  if (file.mode !== undefined) chmodSync(at, file.mode);
}

function makeMountPoint(source: string, at: string): void {
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory() ?? true) {
    mkdirSync(at, { recursive: true });
    return;
  }
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, '', { flag: 'a' });
}

/** A working directory that the host does not have is made, as container runtimes do. */
function makeWorkdir(path: string, place: (path: string) => string): void {
  const hidden = HIDDEN.some((folder) => path === folder || path.startsWith(`${folder}/`));
  if (!hidden && statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  mkdirSync(place(path), { recursive: true });
}
