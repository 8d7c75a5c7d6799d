import { statSync } from 'node:fs';
import { readDocument } from '../document/document.ts';
import { findSandbox, readText } from './find.ts';
import { resolveSandbox } from './resolve.ts';
import type { Sandbox } from './sandbox.ts';

/** Where things are, and which names exist outside the file. */
export interface LoadOptions {
  /** Folders of built-in sandboxes; the first that has the name wins. */
  readonly roots: readonly string[];
  /** What relative paths start from. */
  readonly cwd: string;
  /** Names that `image:` may have in the sandbox of a folder. */
  readonly imagesFor: (folder: string) => Promise<readonly string[]>;
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
    images: await options.imagesFor(folder),
    engines: options.engines,
    look: lookAt,
  });
}

function lookAt(path: string): 'file' | 'directory' | undefined {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'file';
  } catch {
    return undefined;
  }
}
