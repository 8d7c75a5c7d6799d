import { posix } from 'node:path';
import { type ContainerSpec, filesOf } from '../../node-spec.ts';
import { isDataPlane } from './data-plane.ts';
import type { HostContents } from './host-files.ts';

/** A file of a container, with its content. */
export interface PlacedFile {
  /** Absolute, or from its directory. */
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

/** A container's files as they are mounted. */
export interface PlacedFiles {
  /** Each at its own path. */
  readonly files: readonly PlacedFile[];
  /** Directories that are mounted as a whole, by their path. */
  readonly directories: ReadonlyMap<string, readonly PlacedFile[]>;
}

/**
 * The files of a container that its image does not have. A directory of the host is one mount, and what else lies below it
 * is a part of it: nothing can be mounted into a mount that is not written to.
 */
export function placeFiles(container: ContainerSpec, contents: HostContents): PlacedFiles {
  const files = new Map<string, PlacedFile>();
  const directories = new Map<string, Map<string, PlacedFile>>();
  // The data plane has its own way in.
  for (const spec of isDataPlane(container) ? container.files : filesOf(container)) {
    const path = posix.normalize(spec.path).replace(/(.)\/$/, '$1');
    const { from } = spec;
    if ('content' in from) {
      files.set(path, { path, content: Buffer.from(from.content), mode: spec.mode ?? 0o644 });
      continue;
    }
    const found = contents.get(from.hostPath) ?? [];
    if (found.length === 1 && found[0]!.path === '') {
      files.set(path, { path, content: found[0]!.content, mode: spec.mode ?? found[0]!.mode });
    } else {
      directories.set(
        path,
        new Map(found.map((file) => [file.path, { ...file, mode: spec.mode ?? file.mode }])),
      );
    }
  }
  const outermost = [...directories.keys()].filter((path) => parentOf(path, directories) === undefined);
  for (const [path, inner] of directories) {
    const parent = parentOf(path, directories);
    if (parent === undefined) continue;
    const outer = outermost.find((candidate) => path.startsWith(below(candidate)))!;
    for (const file of inner.values()) put(directories.get(outer)!, outer, `${path}/${file.path}`, file);
  }
  for (const file of [...files.values()]) {
    const outer = outermost.find((candidate) => file.path.startsWith(below(candidate)));
    if (outer === undefined) continue;
    put(directories.get(outer)!, outer, file.path, file);
    files.delete(file.path);
  }
  return {
    files: [...files.values()],
    directories: new Map(outermost.map((path) => [path, [...directories.get(path)!.values()]])),
  };
}

const below = (directory: string) => (directory === '/' ? '/' : `${directory}/`);

function parentOf(path: string, directories: ReadonlyMap<string, unknown>): string | undefined {
  return [...directories.keys()].find((other) => other !== path && path.startsWith(below(other)));
}

function put(directory: Map<string, PlacedFile>, root: string, path: string, file: PlacedFile): void {
  const name = path.slice(below(root).length);
  directory.set(name, { ...file, path: name });
}
