import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Path } from '../../document/document.ts';
import type { Origin } from '../origins.ts';
import type { DownwardItemFields, ItemFields, VolumeFields } from '../schema/pod.ts';
import type { PodContext } from './env.ts';
import { fieldFile } from './field-ref.ts';
import type { Store } from './stores.ts';
import { checkUnique } from './unique.ts';

/** A file of the sandbox's folder. */
export interface FolderFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly content: Buffer;
  /** Permission bits. */
  readonly mode: number;
  /** Where its content stands in a manifest, when it stands there as it is. */
  readonly origin?: Origin | undefined;
}

/** What a volume of a pod holds. */
export type Volume =
  | { readonly kind: 'empty'; readonly name: string }
  | { readonly kind: 'files'; readonly name: string; readonly files: readonly FolderFile[] };

/** The mode of a volume's files that nothing is said of. */
const MODE = 0o644;

/** A pod's volumes by name; problems go to the context. */
export function resolveVolumes(context: PodContext): Map<string, Volume> {
  const { pod, findings } = context;
  const path = [...pod.path, 'volumes'];
  checkUnique({ findings, object: pod.object }, pod.spec.volumes ?? [], path, 'name', ({ name }) => name);
  return new Map(
    (pod.spec.volumes ?? []).flatMap((volume, index): [string, Volume][] => {
      const resolved = resolveVolume(context, volume, [...pod.path, 'volumes', index]);
      return resolved === undefined ? [] : [[volume.name, resolved]];
    }),
  );
}

function resolveVolume(context: PodContext, volume: VolumeFields, path: Path): Volume | undefined {
  const { name, emptyDir, configMap, secret, downwardAPI, projected } = volume;
  const count = Object.keys(volume).length - 1;
  if (count !== 1) {
    // One that is not supported is told already.
    if (count > 1) context.findings.problem(context.pod.object, path, 'must be of one kind');
    return undefined;
  }
  if (emptyDir !== undefined) return { kind: 'empty', name };
  let files: FolderFile[];
  if (configMap !== undefined) {
    const mode = configMap.defaultMode ?? MODE;
    files = storeFiles(context, 'ConfigMap', configMap, mode, [...path, 'configMap']);
  } else if (secret !== undefined) {
    const wanted = { ...secret, name: secret.secretName };
    const mode = secret.defaultMode ?? MODE;
    files = storeFiles(context, 'Secret', wanted, mode, [...path, 'secret']);
  } else if (downwardAPI !== undefined) {
    const { items, defaultMode = MODE } = downwardAPI;
    files = downwardFiles(context, items ?? [], defaultMode, [...path, 'downwardAPI', 'items']);
  } else {
    const sources = projected?.sources ?? [];
    const taken = new Set<string>();
    files = sources.flatMap((source, index) => {
      const at = [...path, 'projected', 'sources', index];
      checkSource(context, source, at, taken);
      const mode = projected?.defaultMode;
      return [
        ...(source.configMap
          ? storeFiles(context, 'ConfigMap', source.configMap, mode ?? MODE, [...at, 'configMap'])
          : []),
        ...(source.secret
          ? storeFiles(context, 'Secret', source.secret, mode ?? MODE, [...at, 'secret'])
          : []),
        ...(source.downwardAPI
          ? downwardFiles(context, source.downwardAPI.items ?? [], mode ?? MODE, [
              ...at,
              'downwardAPI',
              'items',
            ])
          : []),
      ];
    });
  }
  return { kind: 'files', name, files };
}

type Source = NonNullable<NonNullable<VolumeFields['projected']>['sources']>[number];

/** @param taken paths of the items of sources before */
function checkSource(
  { pod, findings }: PodContext,
  { configMap, secret, downwardAPI }: Source,
  path: Path,
  taken: Set<string>,
): void {
  const kinds = Object.entries({ configMap, secret, downwardAPI }).filter(([, kind]) => kind);
  if (kinds.length > 1) findings.problem(pod.object, path, 'must be of one kind');
  for (const [name, kind] of kinds) {
    for (const [index, item] of (kind?.items ?? []).entries()) {
      const inside = posix.normalize(item.path);
      const at = [...path, name, 'items', index, 'path'];
      if (taken.has(inside)) findings.problem(pod.object, at, `"${inside}" is in the volume already`);
      taken.add(inside);
    }
  }
}

function storeFiles(
  context: PodContext,
  kind: Store['kind'],
  wanted: {
    readonly name: string;
    readonly items?: ItemFields | undefined;
    readonly optional?: boolean | undefined;
  },
  mode: number,
  path: Path,
): FolderFile[] {
  const { stores, pod } = context;
  const items = (wanted.items ?? []).map((item, index) => ({ item, at: [...path, 'items', index] }));
  const inside = items.filter(({ item, at }) => checkPath(context, item.path, [...at, 'path']));
  const store = stores.find(kind, wanted, pod, [...path, nameKey(kind, path)]);
  if (store === undefined) return [];
  if (wanted.items === undefined) {
    return [...store.data].map(([key, content]) => ({
      path: key,
      content,
      mode,
      origin: store.origins.get(key),
    }));
  }
  return inside.flatMap(({ item, at }): FolderFile[] => {
    const content = stores.key(store, { key: item.key, optional: wanted.optional }, pod.object, [
      ...at,
      'key',
    ]);
    if (content === undefined) return [];
    const origin = store.origins.get(item.key);
    return [{ path: posix.normalize(item.path), content, mode: item.mode ?? mode, origin }];
  });
}

function nameKey(kind: Store['kind'], path: Path): string {
  return kind === 'Secret' && !path.includes('projected') ? 'secretName' : 'name';
}

function downwardFiles(
  context: PodContext,
  items: NonNullable<DownwardItemFields>,
  mode: number,
  path: Path,
): FolderFile[] {
  return items.flatMap((item, index): FolderFile[] => {
    const at = [...path, index];
    const { fieldPath } = item.fieldRef;
    const text = fieldFile(context.pod, fieldPath);
    if (text === undefined) {
      const message = `not supported: a file cannot tell ${fieldPath}`;
      context.findings.problem(context.pod.object, [...at, 'fieldRef', 'fieldPath'], message);
      return [];
    }
    if (!checkPath(context, item.path, [...at, 'path'])) return [];
    return [{ path: posix.normalize(item.path), content: Buffer.from(text), mode: item.mode ?? mode }];
  });
}

/** A path that leads out of its volume would lead out of the sandbox's folder. */
function checkPath({ pod, findings }: PodContext, path: string, at: Path): boolean {
  if (!path.startsWith('/') && !path.startsWith('..') && !path.split('/').includes('..')) return true;
  findings.problem(pod.object, at, 'must be a path within the volume');
  return false;
}

/** A name that changes with what the files hold: what ran before keeps its files until it is changed. */
export function contentName(name: string, files: readonly FolderFile[]): string {
  const hash = createHash('sha256');
  for (const { path, content, mode } of files) {
    hash.update(JSON.stringify([path, mode, content.length])).update(content);
  }
  return `${name}-${hash.digest('hex').slice(0, 8)}`;
}
