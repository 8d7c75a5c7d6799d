import { relative, resolve } from 'node:path';
import { DocumentError } from '../document/problem.ts';
import { LabError } from '../error.ts';
import type { ManifestSandbox } from '../manifest/to-sandbox.ts';
import type { LabContext } from './context.ts';
import { lockLab } from './lock-lab.ts';
import { type ManifestRequest, manifestFolder, type ReadManifests, readManifests } from './manifests.ts';
import { type UpOptions, type UpReport, up } from './up.ts';

export interface ManifestUpReport extends UpReport {
  /** Messages of templates. */
  readonly messages: readonly string[];
}

/**
 * Starts a lab of Kubernetes manifests, or changes the running one. They become a sandbox in a folder of the lab's state, which is
 * written while nobody else changes the lab, and is as it was when that fails. What is left out or different is told as
 * warnings.
 *
 * @throws DocumentError with all that is wrong or not supported, with its place in the manifests; LabError as `up`
 */
export async function upManifests(
  context: LabContext,
  request: ManifestRequest,
  options: Omit<UpOptions, 'sandbox' | 'name' | 'locked'>,
): Promise<ManifestUpReport> {
  const [read, folders] = await Promise.all([
    readManifests(context, request),
    import('../manifest/write-folder.ts'),
  ]);
  const { lab } = read;
  await using _lock = await lockLab(context, lab);
  const folder = manifestFolder(context, lab);
  const made = read.make(await folders.readGenerated(folder));
  for (const text of made.notes) context.emit({ kind: 'warning', text });
  const written = await folders.writeFolder(folder, made);
  try {
    const report = await up(context, { ...options, sandbox: folder, name: lab, locked: true });
    if (options.dryRun) await written.takeBack();
    else await written.keep();
    return { ...report, messages: made.messages };
  } catch (error) {
    if (!(options.keep && wasTried(error))) await written.takeBack();
    throw error instanceof DocumentError ? await placed(error, { context, read, made, folder }) : error;
  }
}

/** Whether there may be something of the new lab to look at. */
function wasTried(error: unknown): boolean {
  return !(error instanceof LabError && ['usage', 'invalid'].includes(error.code));
}

/** The error with places in the manifests for those in the folder, which is gone. */
async function placed(
  error: DocumentError,
  about: {
    readonly context: LabContext;
    readonly read: ReadManifests;
    readonly made: ManifestSandbox;
    readonly folder: string;
  },
): Promise<DocumentError> {
  const { inManifests } = await import('../manifest/origins.ts');
  const { context, read, made, folder } = about;
  const { origins, sandbox } = made;
  const inFolder = (file: string) => {
    const path = relative(folder, resolve(context.cwd, file));
    return path.startsWith('..') ? undefined : path;
  };
  return inManifests(error, { origins, sandbox, texts: read.texts, inFolder });
}
