import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../error.ts';

/** Where a lab's state may be kept, and what became of the places that were tried before. */
export interface StateFolder {
  readonly path: string;
  /** Why it is not the usual folder; undefined when it is. */
  readonly fallback?: string;
}

/** What of the machine decides the folder; passed in so that tests need no environment of their own. */
export interface StateSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Such as `os.tmpdir()`. */
  readonly temporary: string;
  readonly uid: number;
}

/**
 * The folder for lab state: `$XDG_STATE_HOME/envoy-lab` (XDG Base Directory Specification), by default under
 * `$HOME/.local/state`; when that cannot be written, a folder of this user in the temporary directory.
 *
 * @throws LabError `runtime` when neither can be written
 */
export function stateFolder(surroundings: StateSurroundings): StateFolder {
  const { env, temporary, uid } = surroundings;
  const home = env.XDG_STATE_HOME || (env.HOME ? join(env.HOME, '.local', 'state') : undefined);
  const usual = home === undefined ? undefined : join(home, 'envoy-lab');
  const failures: string[] = [];
  if (usual !== undefined) {
    const failure = tryFolder(usual);
    if (failure === undefined) return { path: usual };
    failures.push(failure);
  } else failures.push('neither XDG_STATE_HOME nor HOME is set');
  const other = join(temporary, `envoy-lab-${uid}`);
  const failure = tryFolder(other);
  if (failure === undefined) return { path: other, fallback: failures[0]! };
  throw new LabError('runtime', `no folder to keep a lab's state in: ${[...failures, failure].join('; ')}`, {
    hint: 'set XDG_STATE_HOME to a folder that can be written',
  });
}

/** Makes the folder, private to its user; a sentence when it cannot be written. */
function tryFolder(path: string, tries = 10): string | undefined {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    // It was empty, and a command that ended took it away in between.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && tries > 1) return tryFolder(path, tries - 1);
    return `${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
}
