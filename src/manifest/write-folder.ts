import { chmod, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { writeYaml } from '../document/write.ts';
import { LabError } from '../error.ts';
import type { GeneratedValue } from './template/process.ts';
import type { ManifestSandbox } from './to-sandbox.ts';

const SANDBOX = 'sandbox.yaml';
const GENERATED = 'generated.json';

/** A folder that was written, of which nothing is taken away yet: what runs now may still need its files. */
export interface WrittenFolder {
  /** Keeps what was written, and only that. */
  keep(): Promise<void>;
  /** Puts back what was there before, and nothing else. */
  takeBack(): Promise<void>;
}

/**
 * Writes a sandbox that manifests say into a folder, which only its user may enter: what is in it has the modes of containers. Files have names that change with
 * their content, so that those of what runs now stay until it is changed.
 *
 * @throws LabError `runtime` when it cannot be written
 */
export async function writeFolder(folder: string, made: ManifestSandbox): Promise<WrittenFolder> {
  const before = await Promise.all([SANDBOX, GENERATED].map((name) => readIfThere(join(folder, name))));
  const texts = [
    writeYaml(made.sandbox),
    made.generated.length === 0 ? undefined : `${JSON.stringify(made.generated, undefined, 2)}\n`,
  ];
  const added: string[] = [];
  const makeFolder = async (path: string): Promise<void> => {
    const first = await mkdir(path, { recursive: true, mode: 0o755 });
    if (first !== undefined) added.push(first);
  };
  const put = async (contents: readonly (string | undefined)[]): Promise<void> => {
    for (const [index, name] of [SANDBOX, GENERATED].entries()) {
      const content = contents[index];
      if (content === undefined) await rm(join(folder, name), { force: true });
      else await writeWhole(join(folder, name), Buffer.from(content), 0o600);
    }
  };
  const takeBack = async (): Promise<void> => {
    if (before[0] === undefined) return removeFolder(folder);
    await put(before);
    for (const path of added) await rm(path, { recursive: true, force: true });
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const directory of made.directories) {
      await makeFolder(join(folder, directory));
      if (!directory.startsWith('files/')) await chmod(join(folder, directory), 0o777);
    }
    for (const { path, content, mode } of made.files) {
      await makeFolder(dirname(join(folder, path)));
      await writeWhole(join(folder, path), content, mode);
    }
    await put(texts);
  } catch (error) {
    await takeBack().catch(() => undefined);
    throw new LabError('runtime', `cannot write ${folder}: ${(error as Error).message}`, {
      hint: 'make room there, or set XDG_STATE_HOME to another folder',
      cause: error,
    });
  }
  return {
    keep: () => prune(folder, made),
    takeBack,
  };
}

/** What templates generated for a lab before; nothing when it cannot be read. */
export async function readGenerated(folder: string): Promise<readonly GeneratedValue[]> {
  const text = await readIfThere(join(folder, GENERATED));
  try {
    return text === undefined ? [] : (JSON.parse(text) as GeneratedValue[]);
  } catch {
    return [];
  }
}

/** Takes the folder of a lab away, and the one around it when that is empty then. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  // Refused while there is anything in it: another lab may be putting its folder there.
  await rmdir(dirname(folder)).catch(() => undefined);
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function writeWhole(path: string, content: Buffer, mode: number): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await writeFile(aside, content, { mode });
  await chmod(aside, mode);
  await rename(aside, path);
}

/** Directories of files, one a content, that the sandbox does not name any more; volumes keep what is in them. */
async function prune(folder: string, { directories }: ManifestSandbox): Promise<void> {
  const wanted = new Set(directories);
  const root = join(folder, 'files');
  for (const node of await readdir(root).catch(() => [])) {
    for (const name of await readdir(join(root, node))) {
      if (wanted.has(posix.join('files', node, name))) continue;
      await rm(join(root, node, name), { recursive: true, force: true });
    }
  }
}
