import { join } from 'node:path';
import { readDocument } from '../document/document.ts';
import { DocumentError } from '../document/problem.ts';
import { LabError } from '../error.ts';
import { readText, SANDBOX_FILE, sandboxFolders } from './find.ts';

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
