import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import type Docker from 'dockerode';
import { type Dialect, dialectOf } from '../../src/runtime/docker/dialect.ts';
import { EngineClient } from '../../src/runtime/docker/endpoint/engine-client.ts';
import { findEngine } from '../../src/runtime/docker/endpoint/find.ts';
import { ensureImages } from '../../src/runtime/docker/images/ensure.ts';
import { label } from '../../src/runtime/docker/labels.ts';
import { DockerRuntime } from '../../src/runtime/docker/runtime.ts';
import { skipWithout } from '../required.ts';
import { owner } from './identity.ts';
import type { Subject } from './subject.ts';

export type EngineName = 'docker' | 'podman';

/** Where a test looks for an engine: as a user's commands do, but each for its own kind. */
function clientOf(name: EngineName): EngineClient {
  const { DOCKER_HOST, DOCKER_CONTEXT, CONTAINER_HOST = 'unix:///run/podman/podman.sock' } = process.env;
  const env = name === 'docker' ? { DOCKER_HOST, DOCKER_CONTEXT } : { CONTAINER_HOST };
  const surroundings = { env, home: homedir(), uid: process.getuid?.() ?? 0, platform: process.platform };
  return new EngineClient(() => findEngine(surroundings));
}

export interface DockerSubject extends Subject {
  readonly docker: Docker;
  /** An image with sh, sleep and node. */
  readonly base: string;
}

/** The docker runtime on one kind of engine. */
export async function dockerSubject(name: EngineName): Promise<DockerSubject> {
  const client = clientOf(name);
  const docker = await client.docker();
  const runtime = new DockerRuntime({ client, owner });
  const { signal } = new AbortController();
  const options = { pull: false, tell: () => {}, signal };
  await runtime.prepare([], options);
  const [base] = await ensureImages(docker, [{ name: 'base', programs: [], files: [] }], options);
  const left = () => ownObjects(docker, dialectOf(name));
  return {
    name,
    docker,
    base: base!.ref,
    runtime,
    isolates: true,
    losesIsolation: name === 'podman',
    ownRoot: true,
    ownPorts: true,
    namesFollowAtOnce: name !== 'podman',
    node: 'node',
    publishesLoopback: false,
    changesNodes: false,
    unfinishedLines: name === 'podman',
    engineEnv: name === 'podman' ? ['TERM', 'container'] : [],
    assertNothingLeft: async () => assert.deepEqual(await left(), []),
    dispose: async () => {
      // A test that failed may have left its lab.
      for (const lab of await runtime.list()) await (await runtime.open(lab))?.remove();
      await runtime.sweep();
      assert.deepEqual(await left(), []);
    },
  };
}

/** Why an engine cannot be tried here; undefined when it can. */
export async function engineRefusal(name: EngineName): Promise<string | undefined> {
  const { available, mode, detail, hint = '' } = await clientOf(name).probe();
  const found = available && mode === name;
  const missing = found ? undefined : available ? `found ${detail} instead` : `${detail}. ${hint}`;
  return skipWithout(name, missing) || undefined;
}

/** What the engine has of this process' labs. */
async function ownObjects(docker: Docker, dialect: Dialect): Promise<string[]> {
  const filters = { label: [`${label.owner}=${owner}`] };
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    dialect.listNetworks(docker, filters),
    docker.listVolumes({ filters }),
    docker.listImages({ all: true, filters: JSON.stringify(filters) }),
  ]);
  return [
    ...containers.map(({ Names }) => `container ${Names[0]}`),
    ...networks.map((network) => `network ${network.name}`),
    ...(volumes.Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ...images.map(({ Id }) => `image ${Id}`),
  ];
}
