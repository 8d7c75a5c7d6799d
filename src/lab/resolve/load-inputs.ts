import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { readDocument } from '../../document/document.ts';
import { DocumentError, type Problem } from '../../document/problem.ts';
import { dialectOf, type EnvoyConfig } from '../../engine/config.ts';
import type { ReadyEngine } from '../../engine/engine.ts';
import { LabError } from '../../error.ts';
import type { Image } from '../../image/image.ts';
import type { Sandbox, SandboxContainer } from '../../sandbox/sandbox.ts';
import type { LabContext } from '../context.ts';
import type { EngineChoice } from './choices.ts';
import { hostHash } from './host-hash.ts';
import type { CertFile, Inputs } from './inputs.ts';
import { engineOf } from './resolve.ts';

export interface LoadInputsOptions {
  readonly engine: EngineChoice;
  readonly defaultEngine: string;
  readonly certFiles: ReadonlyMap<string, readonly CertFile[]>;
}

/** One config and the engine that will run it. */
interface ProxyUse {
  readonly config: string;
  readonly engine: string;
  readonly args: readonly string[];
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
    return [{ config: container.program.config, engine, args: container.program.args }];
  });
  const imageNames = containers.flatMap(({ container }) =>
    container.program.kind === 'app' && container.program.image !== undefined
      ? [container.program.image]
      : [],
  );
  const [configs, engines, images] = await Promise.all([
    readConfigs(unique(uses.map(({ config }) => config)), context.cwd),
    findEngines(unique(uses.map(({ engine }) => engine)), context),
    loadImages(unique(imageNames), context),
  ]);
  const [hashes] = await Promise.all([
    hashFiles(
      containers.map(({ container }) => container),
      images,
    ),
    validate(uses, configs, engines, context.signal),
  ]);
  return { images, engines, configs, hashes, certFiles: options.certFiles };
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

async function findEngines(names: readonly string[], context: LabContext): Promise<Map<string, ReadyEngine>> {
  const found = new Map<string, ReadyEngine>();
  for (const name of names) {
    const engine = context.engines.find((candidate) => candidate.name === name);
    if (engine === undefined) {
      const known = context.engines.map((candidate) => candidate.name).join(' and ');
      throw new LabError('usage', `no engine "${name}"; there are ${known}`);
    }
    const finding = await engine.find(context.machine);
    if (!finding.found) {
      throw new LabError('runtime', `engine ${name} cannot be used: ${finding.detail}`, {
        hint: finding.hint,
      });
    }
    found.set(name, engine.use(finding, context.machine));
  }
  return found;
}

async function loadImages(names: readonly string[], context: LabContext): Promise<Map<string, Image>> {
  if (names.length === 0) return new Map();
  const { loadImage } = await import('../../image/load.ts');
  const images = await Promise.all(names.map((name) => loadImage(name, context.imageRoots)));
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
  signal: AbortSignal,
): Promise<void> {
  const different = [...new Map(uses.map((use) => [JSON.stringify(use), use])).values()];
  const verdicts = await Promise.all(
    different.map(({ config, engine, args }) =>
      engines.get(engine)!.validate({ config: configs.get(config)!, args }, signal),
    ),
  );
  const problems = [
    ...new Map(verdicts.flat().map((problem) => [JSON.stringify(problem), problem])).values(),
  ];
  if (problems.some(({ severity }) => severity === 'error')) {
    const files = unique(problems.map(({ at }) => at?.file ?? ''));
    throw new DocumentError(
      files.length === 1 ? `${files[0]} is not valid` : 'Envoy configs are not valid',
      problems,
    );
  }
}
