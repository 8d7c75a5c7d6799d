import { posix } from 'node:path';
import type { Path } from '../../document/document.ts';
import type { ContainerFields, MountFields } from '../schema/pod.ts';
import type { PodContext } from './env.ts';
import { expand } from './expand.ts';
import { checkUnique } from './unique.ts';
import { contentName, type FolderFile, type Volume } from './volumes.ts';

/** A container's mounts as the sandbox file has them. */
export interface Mounts {
  /** Path in the folder to path inside: `files`. */
  readonly files: Record<string, string>;
  /** Directories of the folder that containers of a pod share: `volumes`. */
  readonly shared: Record<string, string>;
  /** What has to be in the folder. */
  readonly content: FolderFile[];
  /** Directories that have to be in the folder, empty or not. */
  readonly directories: string[];
  /** Files by the path they have inside. */
  readonly inside: Map<string, FolderFile>;
}

export interface MountOptions {
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Names of the empty volumes that several containers of the pod mount. */
  readonly shared: ReadonlySet<string>;
  /** What `subPathExpr` may mention. */
  readonly env: Readonly<Record<string, string>>;
}

/** The mounts of one container; problems go to the context. */
export function resolveMounts(
  context: PodContext,
  container: ContainerFields,
  path: Path,
  options: MountOptions,
): Mounts {
  const { pod, findings } = context;
  const mounts: Mounts = { files: {}, shared: {}, content: [], directories: [], inside: new Map() };
  const list = container.volumeMounts ?? [];
  const place = { findings, object: pod.object };
  checkUnique(place, list, [...path, 'volumeMounts'], 'mountPath', ({ mountPath }) => mountPath);
  for (const [index, mount] of list.entries()) {
    const at = [...path, 'volumeMounts', index];
    const volume = options.volumes.get(mount.name);
    if (volume === undefined) {
      if (pod.spec.volumes?.some(({ name }) => name === mount.name)) continue;
      findings.problem(pod.object, [...at, 'name'], `the pod has no volume "${mount.name}"`);
      continue;
    }
    if (mount.subPath && mount.subPathExpr) {
      findings.problem(pod.object, [...at, 'subPathExpr'], 'cannot be beside subPath', { key: true });
    }
    const member = mount.subPathExpr === undefined ? 'subPath' : 'subPathExpr';
    const subPath = subPathOf(mount, options.env);
    if (subPath === undefined) {
      findings.problem(pod.object, [...at, member], 'must be a path within the volume');
    } else if (volume.kind === 'empty') {
      mountEmpty(mounts, pod.node, volume.name, mount, subPath, options.shared.has(volume.name));
    } else if (!mountFiles(mounts, pod.node, volume, mount, subPath)) {
      findings.problem(pod.object, [...at, member], `volume ${volume.name} has no "${subPath}"`);
    }
  }
  return mounts;
}

/** The part of a volume that is mounted, '' for all of it; undefined when it leads out of the volume. */
function subPathOf(mount: MountFields, env: Readonly<Record<string, string>>): string | undefined {
  const subPath = mount.subPathExpr === undefined ? (mount.subPath ?? '') : expand(mount.subPathExpr, env);
  if (subPath.startsWith('/') || subPath.split('/').includes('..')) return undefined;
  return subPath === '' ? '' : posix.normalize(subPath).replace(/\/$/, '');
}

/** An empty volume: a directory of the container's own, or one that it shares with the others of its pod. */
function mountEmpty(
  mounts: Mounts,
  node: string,
  volume: string,
  mount: MountFields,
  subPath: string,
  shared: boolean,
): void {
  const directory = posix.join(shared ? 'volumes' : 'empty', node, volume, subPath);
  mounts.directories.push(directory);
  const readOnly = mount.readOnly ? ':ro' : '';
  if (shared) mounts.shared[free(mounts.shared, directory)] = `${mount.mountPath}${readOnly}`;
  else mounts.files[free(mounts.files, directory)] = mount.mountPath;
}

/** @returns whether the volume has the part */
function mountFiles(
  mounts: Mounts,
  node: string,
  { name, files }: Extract<Volume, { readonly kind: 'files' }>,
  mount: MountFields,
  subPath: string,
): boolean {
  const folder = posix.join('files', node, contentName(name, files));
  const wanted = files.filter(
    ({ path }) => subPath === '' || path === subPath || path.startsWith(`${subPath}/`),
  );
  if (subPath !== '' && wanted.length === 0) return false;
  mounts.directories.push(folder);
  mounts.content.push(...files.map((file) => ({ ...file, path: posix.join(folder, file.path) })));
  mounts.files[free(mounts.files, posix.join(folder, subPath))] = mount.mountPath;
  for (const file of wanted) {
    const inside = posix.join(mount.mountPath, posix.relative(subPath, file.path));
    mounts.inside.set(inside, { ...file, path: posix.join(folder, file.path) });
  }
  return true;
}

/** A map has a path once: what is mounted a second time is spelt in another way. */
function free(map: Readonly<Record<string, string>>, path: string): string {
  return Object.hasOwn(map, path) ? free(map, `./${path}`) : path;
}
