import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDocument } from '../document/document.ts';
import { DocumentError } from '../document/problem.ts';
import { LabError } from '../error.ts';
import { findSandbox, SANDBOX_FILE, sandboxFolders } from './find.ts';
import { resolveSandbox } from './resolve.ts';
import type { Sandbox } from './sandbox.ts';

/** Where things are, and which names exist outside the file. */
export interface LoadOptions {
  /** Folders of built-in sandboxes; the first that has the name wins. */
  readonly roots: readonly string[];
  /** What relative paths start from. */
  readonly cwd: string;
  /** Names that `image:` may have. */
  readonly images: readonly string[];
  /** Names that `engine:` may have. */
  readonly engines: readonly string[];
}

/**
 * Reads a sandbox: a built-in one by name, a folder that has a `sandbox.yaml`, or a file.
 *
 * @throws LabError `usage` when there is none; DocumentError with all that is wrong with it
 */
export async function loadSandbox(nameOrPath: string, options: LoadOptions): Promise<Sandbox> {
  const { folder, file, shown } = await findSandbox(nameOrPath, options);
  const text = await readText(file, shown);
  return resolveSandbox(readDocument(text, shown), {
    folder,
    file,
    images: options.images,
    engines: options.engines,
    look: lookAt,
  });
}

/** What `ls` prints of a sandbox. */
export interface SandboxEntry {
  readonly name: string;
  readonly summary: string | undefined;
  readonly folder: string;
  /** The first problem, when its file cannot be read. */
  readonly problem: string | undefined;
}

/** The sandboxes in a folder, sorted by name. Their files are read, not checked. */
export async function listSandboxes(root: string): Promise<SandboxEntry[]> {
  const names = await sandboxFolders(root);
  return Promise.all(names.map((name) => readEntry(name, join(root, name))));
}

async function readEntry(name: string, folder: string): Promise<SandboxEntry> {
  const file = join(folder, SANDBOX_FILE);
  try {
    const { value } = readDocument(await readText(file, file), file);
    const summary = (value as { summary?: unknown } | null)?.summary;
    return { name, folder, summary: typeof summary === 'string' ? summary : undefined, problem: undefined };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const problem = error instanceof DocumentError ? error.problems[0]!.message : error.message;
    return { name, folder, summary: undefined, problem };
  }
}

async function readText(file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LabError('usage', `cannot read ${shown}: ${(error as Error).message}`, { cause: error });
  }
}

function lookAt(path: string): 'file' | 'directory' | undefined {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'file';
  } catch {
    return undefined;
  }
}
