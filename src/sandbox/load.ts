import { LabError } from '../error.ts';
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
export async function loadSandbox(nameOrPath: string, _options: LoadOptions): Promise<Sandbox> {
  throw new LabError('usage', `no sandbox "${nameOrPath}"`);
}

/** What `ls` prints of a sandbox. A folder whose file is broken is listed with its first problem as the summary. */
export interface SandboxEntry {
  readonly name: string;
  readonly summary: string | undefined;
  readonly folder: string;
}

/** The sandboxes in a folder, sorted by name. */
export async function listSandboxes(_root: string): Promise<SandboxEntry[]> {
  return [];
}
