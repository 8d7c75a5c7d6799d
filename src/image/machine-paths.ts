import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files and folders of this machine that a pattern such as `/usr/lib/redis-*` stands for, the highest version
 * first; `*` stands for any part of one name. None is no error: another machine may have them.
 */
export function machinePaths(pattern: string): string[] {
  const [, ...steps] = pattern.split('/');
  let found = ['/'];
  for (const step of steps.filter((each) => each !== '')) {
    found = found.flatMap((folder) =>
      (step.includes('*') ? namesLike(folder, step) : [step]).map((name) => join(folder, name)),
    );
  }
  return found.filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
}

function namesLike(folder: string, pattern: string): string[] {
  const regex = new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.filter((name) => regex.test(name)).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
