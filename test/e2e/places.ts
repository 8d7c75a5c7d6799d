import { existsSync } from 'node:fs';
import { labContext } from '../../src/machine/lab-context.ts';
import { thisProcess } from '../../src/machine/surroundings.ts';
import { requireOracle } from '../oracle.ts';
import { skipWithout } from '../required.ts';

/** Somewhere a lab can run: a runtime, in one of its modes or on one of the container engines it reaches. */
export interface Place {
  /** Such as `process, loopback`. */
  readonly name: string;
  readonly runtime: string;
  /** What makes it just that one. */
  readonly env: Readonly<Record<string, string>>;
  /** Why it cannot be tried here; false when it can. */
  readonly skip: string | false;
}

/** The word for ENVOY_LAB_REQUIRE, and how to get there. */
const known: readonly (Omit<Place, 'skip'> & { readonly word: string })[] = [
  {
    name: 'process, namespaces',
    word: 'namespaces',
    runtime: 'process',
    env: { ENVOY_LAB_PROCESS_MODE: 'namespaces' },
  },
  {
    name: 'process, loopback',
    word: 'loopback',
    runtime: 'process',
    env: { ENVOY_LAB_PROCESS_MODE: 'loopback' },
  },
  {
    name: 'docker',
    word: 'docker',
    runtime: 'docker',
    env: { DOCKER_HOST: process.env.DOCKER_HOST || 'unix:///var/run/docker.sock' },
  },
  {
    name: 'podman',
    word: 'podman',
    runtime: 'docker',
    env: { DOCKER_HOST: process.env.CONTAINER_HOST || podmanSocket() },
  },
];

/** Every place there is, whether or not this machine has it. */
export function places(): Promise<Place[]> {
  return Promise.all(
    known.map(async ({ word, name, runtime, env }) => {
      return { name, runtime, env, skip: skipWithout(word, await refusal(runtime, word, env)) };
    }),
  );
}

/** An engine to try on every place, and what it needs of the environment. */
export interface EngineUnderTest {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly skip: string | false;
}

export function enginesUnderTest(): EngineUnderTest[] {
  const { path, skip } = requireOracle();
  return [
    { name: 'ts', env: {}, skip: false },
    { name: 'envoy', env: { ENVOY_PATH: path }, skip },
  ];
}

/** Why a runtime cannot be used here in that mode; undefined when it can. */
async function refusal(
  name: string,
  wanted: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const here = thisProcess();
  const signal = new AbortController().signal;
  const surroundings = { ...here, env: { ...here.env, ...env }, signal };
  const source = labContext(surroundings, 'test', () => undefined).runtimes.find(
    (candidate) => candidate.name === name,
  );
  if (source === undefined) return `there is no runtime ${name}`;
  const { available, mode, detail, hint = '' } = await (await source.load()).probe();
  if (!available) return `${detail}. ${hint}`;
  return mode === wanted ? undefined : `found ${detail} instead`;
}

/** Where Podman's service listens: root's socket, or a user's own. */
function podmanSocket(): string {
  const { XDG_RUNTIME_DIR } = process.env;
  const own = XDG_RUNTIME_DIR === undefined ? '' : `${XDG_RUNTIME_DIR}/podman/podman.sock`;
  return `unix://${existsSync(own) ? own : '/run/podman/podman.sock'}`;
}
