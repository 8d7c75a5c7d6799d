import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { LabError } from '../../../error.ts';
import type { FileSpec } from '../../node-spec.ts';
import type { TarEntry } from './tar.ts';

/** One layer of images: what it consists of is known, its bytes are not read yet. */
export interface Layer {
  /** What it is, for people: `base`, `envoy`, `the files of hello`. */
  readonly name: string;
  /** Equal keys: equal content. */
  readonly key: string;
  /** In the order of the archive; directories come before what is in them. */
  readonly entries: () => readonly TarEntry[];
}

/** Something in a layer; paths are absolute. */
export type Item = { readonly path: string } & (
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'content'; readonly content: Buffer; readonly mode: number }
  /** One of the machine's own files, followed if it is a link. */
  | { readonly kind: 'host'; readonly hostPath: string; readonly mode?: number }
);

/** Folders that are links in every image, as on today's distributions. */
export const linkedFolders: Readonly<Record<string, string>> = {
  '/bin': 'usr/bin',
  '/sbin': 'usr/sbin',
  '/lib': 'usr/lib',
  '/lib32': 'usr/lib32',
  '/lib64': 'usr/lib64',
  '/var/run': '../run',
};

/** Folders that the lowest layer makes with modes of their own. */
const ownFolders = new Set(['/tmp', '/var/tmp', '/root', '/run']);

/**
 * A layer of items. The machine's own files count by size, times and inode: reading hundreds of megabytes to see
 * that nothing changed would take longer than all the rest of an `up`.
 *
 * @param more items that follow from the others, made when the layer is written
 * @throws LabError `runtime` when a file of the machine is not there
 */
export function layerOf(name: string, items: readonly Item[], more: () => readonly Item[] = () => []): Layer {
  const hash = createHash('sha256');
  const distinct = new Map(items.map((item) => [item.path, item]));
  for (const item of distinct.values()) hash.update(`${JSON.stringify(fingerprint(item))}\n`);
  return {
    name,
    key: hash.digest('hex').slice(0, 16),
    entries: () => withParents([...distinct.values(), ...more()]),
  };
}

/** The files of a specification: directories with all below them. */
export function itemsOfFiles(files: readonly FileSpec[]): Item[] {
  return files.flatMap(({ path, from, mode }): Item[] => {
    if ('content' in from) {
      return [{ kind: 'content', path, content: Buffer.from(from.content), mode: mode ?? 0o644 }];
    }
    return copied(from.hostPath, path, mode);
  });
}

/** A file or folder of the machine at its own path, with all below it; links are followed, dangling ones left out. */
export function itemsOfMachine(path: string): Item[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return [{ kind: 'host', path, hostPath: path }];
  if (!found?.isDirectory()) return [];
  const inside = readdirSync(path).sort();
  const directory: Item = { kind: 'directory', path, mode: 0o755 };
  return [directory, ...inside.flatMap((name) => itemsOfMachine(join(path, name)))];
}

function copied(hostPath: string, path: string, mode: number | undefined): Item[] {
  const found = statOf(hostPath);
  if (found.isDirectory()) {
    const inside = readdirSync(hostPath).sort();
    const directory: Item = { kind: 'directory', path, mode: mode ?? found.mode & 0o777 };
    return [
      directory,
      ...inside.flatMap((name) => copied(join(hostPath, name), posix.join(path, name), undefined)),
    ];
  }
  if (!found.isFile()) return [];
  return [{ kind: 'content', path, content: readFileSync(hostPath), mode: mode ?? found.mode & 0o777 }];
}

function fingerprint(item: Item): unknown {
  if (item.kind === 'content') {
    return [item.path, item.mode, createHash('sha256').update(item.content).digest('hex')];
  }
  if (item.kind !== 'host') return item;
  const { size, mtimeMs, ctimeMs, ino } = statOf(item.hostPath);
  return [item.path, item.mode, size, mtimeMs, ctimeMs, ino];
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw new LabError('runtime', `cannot put ${path} into an image: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Entries by path, later items in place of earlier ones, the directories above them first. */
function withParents(items: readonly Item[]): TarEntry[] {
  const entries = new Map<string, TarEntry>();
  for (const item of items) {
    const path = placed(item.path);
    if (path === '/') continue;
    for (const folder of parents(path)) {
      if (entries.has(folder) || ownFolders.has(folder)) continue;
      entries.set(folder, { path: folder.slice(1), kind: 'directory', mode: 0o755 });
    }
    entries.set(path, entryOf(item, path.slice(1)));
  }
  return [...entries.values()];
}

/** Entries of items at just their paths, for an image whose folders are not known. */
export function plainEntries(items: readonly Item[]): TarEntry[] {
  return items.map((item) => entryOf(item, posix.normalize(item.path).replace(/^\/|\/$/g, '')));
}

function entryOf(item: Item, path: string): TarEntry {
  if (item.kind === 'content')
    return { path, kind: 'file', mode: item.mode, from: { content: item.content } };
  if (item.kind !== 'host') return { ...item, path };
  const { size, mode } = statOf(item.hostPath);
  return { path, kind: 'file', mode: item.mode ?? mode & 0o777, from: { hostPath: item.hostPath, size } };
}

/** Where a path really is in an image, whose folders may be links. */
function placed(path: string): string {
  const clean = posix.normalize(path).replace(/(.)\/$/, '$1');
  for (const [link, target] of Object.entries(linkedFolders)) {
    if (clean.startsWith(`${link}/`)) return posix.join(dirname(link), target, clean.slice(link.length));
  }
  return clean;
}

function parents(path: string): string[] {
  const above = dirname(path);
  return above === '/' ? [] : [...parents(above), above];
}
