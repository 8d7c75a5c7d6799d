import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from '../document/problem.ts';
import { LabError } from '../error.ts';
import { migrate } from '../migrate/migrate.ts';
import { replaceFile } from './replace-file.ts';

export interface MigrateOptions {
  /** Where the result goes; without it, it is only returned. A file that is there is kept, unless `force`. */
  readonly output?: string | undefined;
  /** The result takes the file's own place. */
  readonly write?: boolean | undefined;
  readonly force?: boolean | undefined;
}

export interface MigratedFile {
  readonly text: string;
  readonly wasV2: boolean;
  /** Errors are what has no v3 form, warnings what has to be known. */
  readonly problems: readonly Problem[];
  /** The file that was written, as it was named. */
  readonly written?: string | undefined;
}

/**
 * Turns an Envoy config of the v2 API into v3.
 *
 * @param cwd what paths are relative to
 * @throws LabError `usage` for a file that is not there, and one that would be overwritten; DocumentError for one that
 * is no YAML or JSON; LabError `runtime` when the result cannot be written
 */
export async function migrateFile(cwd: string, file: string, options: MigrateOptions): Promise<MigratedFile> {
  const { output, write, force } = options;
  if (write && output !== undefined) {
    throw new LabError('usage', '--write and --output cannot be used together', {
      hint: '--write changes the file itself, --output leaves it as it is: give one of them',
    });
  }
  const target = write ? file : output;
  if (output !== undefined && !force && (await exists(resolve(cwd, output)))) {
    throw new LabError('usage', `${output} is there already`, { hint: '--force overwrites it' });
  }
  if (write && /\.json$/i.test(file)) {
    throw new LabError('usage', `${file} is JSON, and what migrate writes is YAML`, {
      hint: `envoy-lab migrate ${file} -o ${file.replace(/\.json$/i, '.yaml')}`,
    });
  }
  const { text, wasV2, problems } = migrate(await read(cwd, file), file);
  if (target === undefined || (write && !wasV2)) return { text, wasV2, problems };
  try {
    await replaceFile(resolve(cwd, target), text);
  } catch (error) {
    throw new LabError('runtime', `cannot write ${target}: ${(error as Error).message}`, {
      hint: 'name another place with -o, or leave it out and have it on stdout',
      cause: error,
    });
  }
  return { text, wasV2, problems, written: target };
}

async function read(cwd: string, file: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = code === 'ENOENT';
    throw new LabError('usage', missing ? `no such file: ${file}` : `cannot read ${file}: ${message}`, {
      hint: missing ? `looked in ${cwd}` : 'give a file that can be read, of an Envoy config',
      cause: error,
    });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
