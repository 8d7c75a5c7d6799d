import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../../error.ts';
import { type Endpoint, type EngineSurroundings, parseEndpoint } from './endpoint.ts';
import { readTls } from './tls.ts';

/** A context as the docker command keeps it below its configuration folder (https://docs.docker.com/engine/manage-resources/contexts/). */
interface ContextMeta {
  readonly Name?: string;
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

/** Folder of the docker command's configuration; undefined for a user without a home. */
export function dockerConfigFolder({ env, home }: EngineSurroundings): string | undefined {
  return env.DOCKER_CONFIG || (home === undefined ? undefined : join(home, '.docker'));
}

/** The context the user has chosen with `docker context use`; undefined when none is, or Docker's own default. */
export function currentContext(surroundings: EngineSurroundings): string | undefined {
  const folder = dockerConfigFolder(surroundings);
  if (folder === undefined) return undefined;
  const file = join(folder, 'config.json');
  const config = readJson<{ readonly currentContext?: unknown }>(file);
  return typeof config?.currentContext === 'string' && config.currentContext !== ''
    ? config.currentContext
    : undefined;
}

/** Names of all contexts, sorted; `default` is none of them. */
export function contextNames(surroundings: EngineSurroundings): readonly string[] {
  const folder = dockerConfigFolder(surroundings);
  if (folder === undefined) return [];
  const metas = join(folder, 'contexts', 'meta');
  let entries: string[];
  try {
    entries = readdirSync(metas);
  } catch {
    return [];
  }
  return entries
    .map((entry) => readMeta(join(metas, entry, 'meta.json'))?.Name)
    .filter((name) => name !== undefined)
    .sort();
}

/**
 * The endpoint of a context.
 * @param from who named the context: `DOCKER_CONTEXT`
 * @throws LabError `usage` when there is no such context, `runtime` when it cannot be read or names no engine
 */
export function contextEndpoint(surroundings: EngineSurroundings, name: string, from: string): Endpoint {
  const folder = dockerConfigFolder(surroundings);
  const id = createHash('sha256').update(name).digest('hex');
  const file = folder === undefined ? undefined : join(folder, 'contexts', 'meta', id, 'meta.json');
  const meta = file === undefined ? undefined : readJson<ContextMeta>(file);
  if (folder === undefined || meta === undefined) {
    throw unknownContext(name, from, contextNames(surroundings));
  }
  const docker = meta.Endpoints?.docker;
  if (!docker?.Host) {
    throw new LabError('runtime', `context ${name} (${from}) names no container engine (${file})`, {
      hint: 'docker context use default',
    });
  }
  const tls = readTls(join(folder, 'contexts', 'tls', id, 'docker'), !docker.SkipTLSVerify);
  const any = tls.ca !== undefined || tls.cert !== undefined || docker.SkipTLSVerify === true;
  return parseEndpoint(docker.Host, `context ${name}`, {
    platform: surroundings.platform,
    tls: any ? tls : undefined,
  });
}

function unknownContext(name: string, from: string, known: readonly string[]): LabError {
  return new LabError('usage', `${from} names the context "${name}", which does not exist`, {
    hint: `there is ${['default', ...known].join(', ')}`,
  });
}

/** A context's own file, or undefined when it is none: one broken context is no reason to hide the others. */
function readMeta(file: string): ContextMeta | undefined {
  try {
    return readJson<ContextMeta>(file);
  } catch {
    return undefined;
  }
}

/** @throws LabError `runtime` when the file is there and cannot be read */
function readJson<T>(file: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LabError('runtime', `${file} cannot be read (${code})`, { cause: error });
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new LabError('runtime', `${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}
