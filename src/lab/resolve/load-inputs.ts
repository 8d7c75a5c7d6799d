import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { v2Hint } from '../../bootstrap/v2.ts';
import { readDocument } from '../../document/document.ts';
import { DocumentError, type Problem } from '../../document/problem.ts';
import { dialectOf, type EnvoyConfig } from '../../engine/config.ts';
import type { ReadyEngine, SharedNetwork } from '../../engine/engine.ts';
import { readEngineSelector } from '../../engine/selector.ts';
import { LabError } from '../../error.ts';
import type { Image } from '../../image/image.ts';
import type { Sandbox, SandboxContainer, SandboxFile } from '../../sandbox/sandbox.ts';
import type { LabContext } from '../context.ts';
import { onPath } from '../on-path.ts';
import type { EngineChoice } from './choices.ts';
import { findForwarder } from './forwarder.ts';
import { hostHash } from './host-hash.ts';
import type { CertFile, Inputs } from './inputs.ts';
import { engineOf } from './resolve.ts';
import { v2InWatchedFiles } from './watched-files.ts';

export interface LoadInputsOptions {
  readonly engine: EngineChoice;
  /** Whose programs containers run: see `Runtime.programs`. */
  readonly programs: 'host' | 'image';
  readonly defaultEngine: string;
  /** Present when nodes have no network of their own. */
  readonly sharedNetwork?: SharedNetwork | undefined;
  readonly certFiles: ReadonlyMap<string, readonly CertFile[]>;
  /** The runtime balances services by itself: see `Runtime.balances`. */
  readonly balances?: boolean | undefined;
}

/** One config and the engine that will run it. */
interface ProxyUse {
  readonly config: string;
  readonly engine: string;
  readonly args: readonly string[];
  /** What else is in its container. */
  readonly files: readonly SandboxFile[];
}

/**
 * Reads what a sandbox mentions, and lets every engine look at its configs.
 *
 * @throws DocumentError with everything that is wrong in all configs; LabError `runtime` when an engine is not there
 */
export async function loadInputs(
  sandbox: Sandbox,
  context: LabContext,
  options: LoadInputsOptions,
): Promise<Inputs> {
  const containers = sandbox.nodes.flatMap((node) =>
    node.containers.map((container) => ({ node, container })),
  );
  const uses = containers.flatMap(({ node, container }): ProxyUse[] => {
    const engine = engineOf(node.name, container, options.engine, options.defaultEngine);
    if (container.program.kind !== 'envoy' || engine === undefined) return [];
    const { config, args } = container.program;
    return [{ config, engine, args, files: container.files }];
  });
  const imageNames = containers.flatMap(({ container }) =>
    container.program.kind === 'app' && container.program.image !== undefined
      ? [container.program.image]
      : [],
  );
  const [configs, engines, images] = await Promise.all([
    readConfigs(unique(uses.map(({ config }) => config)), context.cwd),
    findEngines(unique(uses.map(({ engine }) => engine)), context, options),
    loadImages(unique(imageNames), sandbox.folder, context),
  ]);
  const [hashes] = await Promise.all([
    hashFiles(
      containers.map(({ container }) => container),
      images,
    ),
    validate(uses, configs, engines, options, context),
  ]);
  const names = [
    ...[...images.values()].flatMap((image) => image.programs),
    ...containers.flatMap(({ container: { program } }) =>
      program.kind === 'app' ? (program.command?.slice(0, 1) ?? []) : [],
    ),
  ];
  const folders = unique([...images.values()].flatMap(({ machine }) => machine.folders));
  const programs =
    options.programs === 'image' ? await findPrograms(unique(names), folders, context) : new Map();
  const { certFiles, sharedNetwork, balances = false } = options;
  const forwarder = sandbox.services.length === 0 || balances ? undefined : await findForwarder(context);
  return { images, engines, configs, programs, hashes, certFiles, sharedNetwork, forwarder };
}

/** Where the machine has programs; `node` is the one that runs this. */
async function findPrograms(
  names: readonly string[],
  folders: readonly string[],
  context: LabContext,
): Promise<Map<string, string>> {
  const searched = [...folders, context.env.PATH ?? ''].join(':');
  const found = new Map([['node', context.machine.execPath]]);
  for (const name of names) {
    const path = found.has(name) || name.includes('/') ? undefined : await onPath(name, searched);
    if (path !== undefined) found.set(name, path);
  }
  return found;
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** @throws DocumentError with the YAML errors of all files */
async function readConfigs(paths: readonly string[], cwd: string): Promise<Map<string, EnvoyConfig>> {
  const configs = new Map<string, EnvoyConfig>();
  const problems: Problem[] = [];
  for (const path of paths) {
    const near = relative(cwd, path);
    const shown = near.startsWith('..') ? path : near;
    try {
      const text = await readFile(path, 'utf8');
      configs.set(path, { path, shown, text, document: readDocument(text, shown, dialectOf(path)) });
    } catch (error) {
      if (error instanceof DocumentError) problems.push(...error.problems);
      else
        problems.push({
          severity: 'error',
          path: '',
          message: `cannot read ${shown}: ${(error as Error).message}`,
        });
    }
  }
  if (problems.length > 0) throw new DocumentError('an Envoy config cannot be read', problems);
  return configs;
}

/** By the words they were chosen with: `envoy` and `envoy@1.38` may be two programs in one lab. */
async function findEngines(
  chosen: readonly string[],
  { engines, machine, env }: LabContext,
  { defaultEngine }: LoadInputsOptions,
): Promise<Map<string, ReadyEngine>> {
  const names = engines.map(({ name }) => name);
  const found = new Map<string, ReadyEngine>();
  for (const words of chosen) {
    const byDefault = words === defaultEngine && words === env.ENVOY_LAB_ENGINE;
    const { name, version } = readEngineSelector(words, names, byDefault ? 'ENVOY_LAB_ENGINE' : undefined);
    const engine = engines.find((candidate) => candidate.name === name)!;
    const finding = await engine.find(machine, version);
    if (!finding.found) {
      throw new LabError('runtime', `engine ${words} cannot be used: ${finding.detail}`, {
        hint: finding.hint,
      });
    }
    found.set(words, engine.use(finding, machine));
  }
  return found;
}

async function loadImages(
  names: readonly string[],
  folder: string,
  context: LabContext,
): Promise<Map<string, Image>> {
  if (names.length === 0) return new Map();
  const { imageRootsFor, loadImage } = await import('../../image/load.ts');
  const roots = imageRootsFor(folder, context.imageRoots);
  const images = await Promise.all(names.map((name) => loadImage(name, roots)));
  return new Map(images.map((image) => [image.name, image]));
}

async function hashFiles(
  containers: readonly SandboxContainer[],
  images: ReadonlyMap<string, Image>,
): Promise<Map<string, string>> {
  const files = [...containers, ...images.values()].flatMap((owner) =>
    owner.files.map(({ hostPath }) => hostPath),
  );
  const hashes = await Promise.all(unique(files).map(async (path) => [path, await hostHash(path)] as const));
  return new Map(hashes);
}

async function validate(
  uses: readonly ProxyUse[],
  configs: ReadonlyMap<string, EnvoyConfig>,
  engines: ReadonlyMap<string, ReadyEngine>,
  { sharedNetwork }: LoadInputsOptions,
  { signal, cwd }: LabContext,
): Promise<void> {
  const different = [...new Map(uses.map((use) => [JSON.stringify(use), use])).values()];
  const verdicts = await Promise.all(
    different.flatMap(({ config, engine, args, files }) => [
      engines.get(engine)!.validate({ config: configs.get(config)!, args, sharedNetwork }, signal),
      v2InWatchedFiles(configs.get(config)!.document.value, files, cwd),
    ]),
  );
  const problems = [
    ...new Map(verdicts.flat().map((problem) => [JSON.stringify(problem), problem])).values(),
  ];
  if (problems.some(({ severity }) => severity === 'error')) {
    const files = unique(problems.map(({ at }) => at?.file ?? ''));
    throw new DocumentError(
      files.length === 1 ? `${files[0]} is not valid` : 'Envoy configs are not valid',
      problems,
      v2Hint(problems),
    );
  }
}
