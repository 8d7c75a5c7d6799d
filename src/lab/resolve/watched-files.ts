import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ofV2 } from '../../bootstrap/v2.ts';
import { readDocument } from '../../document/document.ts';
import { DocumentError, type Problem } from '../../document/problem.ts';
import { dialectOf } from '../../engine/config.ts';
import type { SandboxFile } from '../../sandbox/sandbox.ts';

const response = 'envoy.service.discovery.v3.DiscoveryResponse';

/**
 * What is of the v2 API in files that a config has Envoy watch (`path` of a config source): Envoy would start, and
 * leave them unread. Only files of the container are looked at; what else is wrong with them is left to Envoy.
 *
 * @param config the config's data
 * @param cwd what shown paths are relative to
 */
export async function v2InWatchedFiles(
  config: unknown,
  files: readonly SandboxFile[],
  cwd: string,
): Promise<readonly Problem[]> {
  const hostPaths = [...pathsIn(config)].flatMap((path) => {
    const file = files.find(({ path: own }) => path === own || path.startsWith(`${own}/`));
    return file === undefined ? [] : [join(file.hostPath, relative(file.path, path))];
  });
  const found = await Promise.all(hostPaths.map((path) => v2In(path, cwd)));
  return found.flat();
}

function* pathsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, below] of Object.entries(value)) {
    if (key === 'path' && typeof below === 'string') yield below;
    else yield* pathsIn(below);
  }
}

async function v2In(path: string, cwd: string): Promise<readonly Problem[]> {
  const near = relative(cwd, path);
  const shown = near.startsWith('..') ? path : near;
  try {
    const text = await readFile(path, 'utf8');
    if (!text.includes('.v2')) return [];
    const { problemsOf } = await import('../../bootstrap/load.ts');
    const problems = problemsOf(readDocument(text, shown, dialectOf(path)), response);
    return problems.filter(({ message }) => message.endsWith(ofV2));
  } catch (error) {
    // A folder, or no YAML: Envoy has the say.
    if (error instanceof DocumentError || 'code' in (error as Error)) return [];
    throw error;
  }
}
