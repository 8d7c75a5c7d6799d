import { join } from 'node:path';
import type { ManifestSandbox } from '../manifest/to-sandbox.ts';
import type { LabContext } from './context.ts';
import { checkLabName } from './name.ts';

export interface ManifestRequest {
  /** Files, directories, `-`. */
  readonly files: readonly string[];
  readonly stdin: () => Promise<string>;
  /** `NAME=VALUE` */
  readonly parameters: readonly string[];
  readonly parameterFiles: readonly string[];
  /** Images of ours, or `envoy`, by images of registries. */
  readonly images: ReadonlyMap<string, string>;
  /** A file with checks. */
  readonly checks: string | undefined;
  /** Name of the lab; undefined: the template's, else the first workload's. */
  readonly name: string | undefined;
}

/** Manifests that were read, and can be made a sandbox. */
export interface ReadManifests {
  /** Name of the lab. */
  readonly lab: string;
  /** Texts of the manifests, by how messages name them. */
  readonly texts: ReadonlyMap<string, string>;
  /** The sandbox, with what templates generated for this lab before. */
  make(remembered: ManifestSandbox['generated']): ManifestSandbox;
}

/** Where the sandbox of a lab is that manifests said. */
export function manifestFolder(context: LabContext, lab: string): string {
  return join(context.store().folder, 'manifests', lab);
}

/**
 * Reads Kubernetes manifests, and looks whether a sandbox can be made of them.
 * @throws DocumentError with all that is wrong or not supported; LabError `usage`
 */
export async function readManifests(context: LabContext, request: ManifestRequest): Promise<ReadManifests> {
  const [sources, documents, checks, parameters, sandboxes] = await Promise.all([
    import('../manifest/read/sources.ts'),
    import('../manifest/read/documents.ts'),
    import('../manifest/read/checks.ts'),
    import('../manifest/template/parameters.ts'),
    import('../manifest/to-sandbox.ts'),
  ]);
  const reading = { cwd: context.cwd, stdin: request.stdin };
  const one = async (path: string) => (await sources.readSources([path], reading))[0]!;
  const read = await sources.readSources(request.files, reading);
  const given = parameters.readParameters(
    request.parameters,
    await Promise.all(request.parameterFiles.map(one)),
  );
  const parsed = read.flatMap(({ text, shown }) => documents.readDocuments(text, shown));
  const options = {
    name: request.name,
    parameters: given,
    images: request.images,
    checks: request.checks === undefined ? [] : checks.readChecks(await one(request.checks)),
  };
  const make: ReadManifests['make'] = (remembered) => sandboxes.toSandbox(parsed, { ...options, remembered });
  const texts = new Map(read.map(({ shown, text }) => [shown, text]));
  return { lab: checkLabName(make([]).name), texts, make };
}

/** Takes away what manifests of a lab became. */
export async function removeManifests(context: LabContext, lab: string): Promise<void> {
  const { removeFolder } = await import('../manifest/write-folder.ts');
  await removeFolder(manifestFolder(context, lab));
}
