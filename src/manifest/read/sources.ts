import { readdir, readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { LabError } from '../../error.ts';

/** A manifest's text and how messages name it. */
export interface Source {
  readonly text: string;
  readonly shown: string;
}

export interface SourceOptions {
  /** What relative paths start from. */
  readonly cwd: string;
  readonly stdin: () => Promise<string>;
}

const MANIFEST = /\.(ya?ml|json)$/;

/**
 * Reads what `-f` names: files, `-` for standard input, and of a directory its `*.yaml`, `*.yml` and `*.json` in the
 * order of their names, not those of directories in it (as kubectl without `-R`).
 *
 * @throws LabError `usage` for what is not there, cannot be read, or has no manifest in it
 */
export async function readSources(
  words: readonly string[],
  { cwd, stdin }: SourceOptions,
): Promise<Source[]> {
  if (words.filter((word) => word === '-').length > 1) {
    throw new LabError('usage', 'standard input can be read only once', { hint: 'give -f - once' });
  }
  const lists = await Promise.all(
    words.map(async (word): Promise<Source[]> => {
      if (word === '-') return [{ text: await stdin(), shown: 'stdin' }];
      return readPath(resolve(cwd, word), word, cwd);
    }),
  );
  return lists.flat();
}

async function readPath(path: string, word: string, cwd: string): Promise<Source[]> {
  if (/^https?:\/\//.test(word)) {
    throw new LabError('usage', `${word} is not read over the network`, {
      hint: `curl -fsS ${word} | envoy-lab up -f -`,
    });
  }
  try {
    if (!(await stat(path)).isDirectory()) return [await readOne(path, cwd)];
    const names = (await readdir(path, { withFileTypes: true }))
      .filter((entry) => !entry.isDirectory() && MANIFEST.test(entry.name))
      .map(({ name }) => name)
      .sort();
    if (names.length > 0) return await Promise.all(names.map((name) => readOne(join(path, name), cwd)));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new LabError(
      'usage',
      missing ? `no such file: ${word}` : `cannot read ${word}: ${(error as Error).message}`,
      { hint: missing ? `looked in ${cwd}` : undefined, cause: error },
    );
  }
  throw new LabError('usage', `${word} has no manifest in it`, {
    hint: 'of a directory *.yaml, *.yml and *.json are read, not those of directories in it',
  });
}

async function readOne(path: string, cwd: string): Promise<Source> {
  const near = relative(cwd, path);
  const shown = near.startsWith('..') || isAbsolute(near) ? path : near;
  return { text: await readFile(path, 'utf8'), shown };
}
