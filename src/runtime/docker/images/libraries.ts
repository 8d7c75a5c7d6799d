import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LabError } from '../../../error.ts';
import { type ElfFile, readElf } from './elf.ts';

/** A file of the machine, and the path at which a program expects it. */
export interface Placed {
  readonly hostPath: string;
  readonly path: string;
}

/** Where loaders look when nothing else says so; `/usr/local/lib` is musl's alone. */
const builtIn = ['/lib64', '/usr/lib64', '/lib', '/usr/lib'];

/**
 * The loader and all libraries that a program is loaded with. Those that it looks for beside itself (`$ORIGIN`) keep
 * their place relative to it.
 *
 * @param inside where the program will be
 * @returns undefined when it is no ELF file
 * @throws LabError `runtime` naming the library that the machine does not have
 */
export function librariesOf(hostPath: string, inside: string, search: LibrarySearch): Placed[] | undefined {
  const program = search.read(hostPath);
  if (program === undefined) return undefined;
  const placed = new Map<string, Placed>();
  const files: (Placed & { readonly elf: ElfFile })[] = [
    { hostPath: realpathSync.native(hostPath), path: inside, elf: program },
  ];
  if (program.interpreter !== undefined) {
    placed.set(basename(program.interpreter), { hostPath: program.interpreter, path: program.interpreter });
  }
  for (const file of files) {
    for (const name of file.elf.needed) {
      if (placed.has(name)) continue;
      const found = search.find(name, file, program);
      if (found === undefined) {
        throw new LabError(
          'runtime',
          `${hostPath} cannot be put into an image: its library ${name} is not on this machine`,
          {
            hint: `see whether it starts here: ldd ${hostPath}`,
          },
        );
      }
      placed.set(name, found);
      files.push(found);
    }
  }
  return [...placed.values()].map(({ hostPath, path }) => ({ hostPath, path }));
}

/** Finds libraries as the machine's loader does: the folders of the file that needs one, then those of ld.so.conf, then the usual. */
export class LibrarySearch {
  readonly #folders: readonly string[];
  readonly #read = new Map<string, ElfFile | undefined>();
  /** What was found in the folders, by kind of machine and name: most programs need the same few. */
  readonly #found = new Map<string, (Placed & { readonly elf: ElfFile }) | undefined>();
  /** The folder of the C library: whatever loader there is looks there. */
  readonly #home: string | undefined;

  constructor(folders: readonly string[] = [...configured('/etc/ld.so.conf'), ...builtIn, '/usr/local/lib']) {
    this.#folders = [...new Set(folders)];
    this.#home = this.#folders.find((folder) => isFile(join(folder, 'libc.so.6')));
  }

  read(path: string): ElfFile | undefined {
    if (!this.#read.has(path)) this.#read.set(path, readElf(path));
    return this.#read.get(path);
  }

  find(
    name: string,
    by: Placed & { readonly elf: ElfFile },
    program: ElfFile,
  ): (Placed & { readonly elf: ElfFile }) | undefined {
    const at = (hostPath: string, path: string) => {
      const elf = isFile(hostPath) ? this.read(hostPath) : undefined;
      return elf?.target === program.target ? { hostPath, path, elf } : undefined;
    };
    if (name.includes('/')) return at(name, name);
    for (const folder of by.elf.searched) {
      const found = at(join(origin(folder, by.hostPath), name), join(origin(folder, by.path), name));
      if (found !== undefined) return found;
    }
    const key = `${program.target} ${name}`;
    if (!this.#found.has(key)) this.#found.set(key, this.#inFolders(name, at));
    return this.#found.get(key);
  }

  #inFolders(
    name: string,
    at: (hostPath: string, path: string) => (Placed & { readonly elf: ElfFile }) | undefined,
  ): (Placed & { readonly elf: ElfFile }) | undefined {
    for (const folder of this.#folders) {
      // There is no cache of the loader's in an image: what only ld.so.conf knows of goes where it looks anyway.
      const known = this.#home === undefined || builtIn.includes(folder);
      const found = at(join(folder, name), join(known ? folder : this.#home, name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A library that programs load by name while they run. */
  optional(name: string): Placed | undefined {
    const folder = this.#folders.find((folder) => isFile(join(folder, name)));
    return folder === undefined ? undefined : { hostPath: join(folder, name), path: join(folder, name) };
  }
}

function origin(folder: string, file: string): string {
  return resolve(folder.replace(/\$(ORIGIN|\{ORIGIN\})/g, dirname(file)));
}

/** Folders that ld.so.conf lists, with the files it includes. */
function configured(file: string, depth = 0): string[] {
  const text = readText(file);
  return text.split('\n').flatMap((line) => {
    const words = line.replace(/#.*/, '').trim();
    const include = /^include\s+(.+)$/.exec(words)?.[1];
    if (include === undefined) return words.startsWith('/') ? [words] : [];
    if (depth > 5) return [];
    return include
      .split(/\s+/)
      .flatMap((pattern) =>
        expand(resolve(dirname(file), pattern)).flatMap((path) => configured(path, depth + 1)),
      );
  });
}

/** The files of a pattern such as `/etc/ld.so.conf.d/*.conf`. */
function expand(pattern: string): string[] {
  const [before, after, more] = basename(pattern).split('*');
  if (after === undefined) return [pattern];
  if (more !== undefined) return [];
  return list(dirname(pattern))
    .filter((name) => name.startsWith(before!) && name.endsWith(after))
    .sort()
    .map((name) => join(dirname(pattern), name));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}
