import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** System tools that the namespace mode runs: util-linux, iproute2 and a POSIX shell. */
export const REQUIRED_TOOLS = [
  'sh',
  'unshare',
  'nsenter',
  'setpriv',
  'mount',
  'umount',
  'pivot_root',
  'ip',
  'mkfifo',
] as const;

/** `hostname` sets the host name inside a node; `script` and `stty` make terminals. */
export const OPTIONAL_TOOLS = ['hostname', 'script', 'stty'] as const;

export type Tools = Readonly<
  Record<(typeof REQUIRED_TOOLS)[number], string> & Partial<Record<(typeof OPTIONAL_TOOLS)[number], string>>
>;

/** Folders looked into after PATH: an ordinary user's PATH often lacks the sbin ones, where `ip` may be. */
const EXTRA_FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** Absolute paths of the tools; `missing` names the required ones that are not there. */
export function findTools(path: string): { readonly tools: Tools; readonly missing: readonly string[] } {
  const folders = [...path.split(':').filter((folder) => folder.startsWith('/')), ...EXTRA_FOLDERS];
  const found: Record<string, string> = {};
  for (const tool of [...REQUIRED_TOOLS, ...OPTIONAL_TOOLS]) {
    const file = folders.map((folder) => join(folder, tool)).find(isExecutable);
    if (file !== undefined) found[tool] = file;
  }
  return { tools: found as Tools, missing: REQUIRED_TOOLS.filter((tool) => !(tool in found)) };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
