import { execFileSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../error.ts';
import { baseFiles } from './base-files.ts';
import { type Item, type Layer, layerOf } from './layer.ts';
import { type LibrarySearch, librariesOf } from './libraries.ts';

/** What every image has, beside node: the machine's busybox stands in for all of it where there is one. */
export const baseTools: readonly string[] = [
  ...[
    'sh',
    'cat',
    'chmod',
    'chown',
    'cp',
    'cut',
    'date',
    'dd',
    'df',
    'dirname',
    'basename',
    'du',
    'echo',
    'env',
  ],
  ...[
    'expr',
    'false',
    'find',
    'grep',
    'groups',
    'head',
    'hostname',
    'id',
    'kill',
    'killall',
    'ln',
    'ls',
    'mkdir',
  ],
  ...['mkfifo', 'mktemp', 'mv', 'nproc', 'od', 'pgrep', 'pidof', 'pkill', 'printf', 'ps', 'pwd', 'readlink'],
  ...[
    'realpath',
    'rm',
    'rmdir',
    'sed',
    'seq',
    'sleep',
    'sort',
    'stat',
    'stty',
    'sync',
    'tail',
    'tar',
    'tee',
    'test',
  ],
  ...['timeout', 'touch', 'tr', 'true', 'tty', 'uname', 'uniq', 'wc', 'which', 'whoami', 'xargs', 'yes', '['],
];

/** Taken from the machine where it has them: people want them in a container. */
export const baseExtras: readonly string[] = ['bash', 'curl', 'getent'];

/** Without them nothing works. */
const required = ['sh', 'sleep'];

/** Loaded by name while a program runs: name lookup, ending threads. Not all C libraries have them. */
const loadedLater = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2', 'libgcc_s.so.1'];

/** What of the machine goes into the lowest layer. */
export interface BaseMachine {
  readonly node: string;
  /** Where programs are looked for, as a PATH. */
  readonly folders: readonly string[];
  readonly search: LibrarySearch;
}

/**
 * The lowest layer of every assembled image: node, a shell and the usual tools, curl and bash where the machine has
 * them, all with their libraries; users, name lookup, certificates.
 *
 * @throws LabError `runtime` when the machine lacks what it takes
 */
export function baseLayer({ node, folders, search }: BaseMachine): Layer {
  const busybox = find('busybox', folders);
  const items = baseFiles();
  const extras = baseExtras.flatMap((name) => programAt(name, `/usr/bin/${name}`, folders));
  const tools =
    busybox === undefined
      ? baseTools.flatMap((name) => programAt(name, `/usr/bin/${name}`, folders))
      : [{ name: 'busybox', hostPath: busybox, inside: '/usr/bin/busybox' }];
  if (busybox === undefined) requireAll(tools.map(({ name }) => name));
  const programs = [{ name: 'node', hostPath: node, inside: '/usr/local/bin/node' }, ...tools];
  for (const program of programs) items.push(...withLibraries(program, search));
  for (const program of extras) {
    try {
      items.push(...withLibraries(program, search));
      programs.push(program);
    } catch (error) {
      // One that would not start here either is no loss.
      if (!(error instanceof LabError)) throw error;
    }
  }
  for (const name of loadedLater) {
    const library = search.optional(name);
    if (library !== undefined) items.push({ kind: 'host', ...library });
  }
  const taken = new Set(programs.map(({ name }) => name));
  const applets = () => (busybox === undefined ? [] : appletsOf(busybox).filter((name) => !taken.has(name)));
  return layerOf('base', items, () =>
    applets().map((name) => ({ kind: 'link', path: `/usr/bin/${name}`, target: 'busybox' })),
  );
}

/** Whether a program of this name is in every image, be it assembled or pulled. */
export function isCommon(name: string): boolean {
  return name === 'node' || name === 'bash' || baseTools.includes(name);
}

/** Whether every image has a program of this name anyway, as good as the machine's. */
export function inBase(name: string, hostPath: string, { node, folders }: BaseMachine): boolean {
  if (name === 'node') return realpathSync.native(hostPath) === realpathSync.native(node);
  return baseTools.includes(name) || (baseExtras.includes(name) && find(name, folders) !== undefined);
}

function withLibraries(
  { hostPath, inside }: { hostPath: string; inside: string },
  search: LibrarySearch,
): Item[] {
  const libraries = librariesOf(hostPath, inside, search) ?? [];
  return [
    { kind: 'host', path: inside, hostPath, mode: 0o755 },
    ...libraries.map((library): Item => ({ kind: 'host', ...library })),
  ];
}

function appletsOf(busybox: string): string[] {
  return execFileSync(busybox, ['--list'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '' && name !== 'busybox');
}

function requireAll(found: readonly string[]): void {
  const missing = required.filter((name) => !found.includes(name));
  if (missing.length === 0) return;
  throw new LabError(
    'runtime',
    `images cannot be assembled: ${missing.join(' and ')} not found on this machine`,
    {
      hint: 'put busybox on the PATH, or pull images: envoy-lab up --pull',
    },
  );
}

function programAt(name: string, inside: string, folders: readonly string[]) {
  const hostPath = find(name, folders);
  return hostPath === undefined ? [] : [{ name, hostPath, inside }];
}

function find(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
