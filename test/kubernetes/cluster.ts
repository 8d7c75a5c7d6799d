import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadImage } from '../../src/image/load.ts';
import { onPath } from '../../src/lab/on-path.ts';
import { EngineClient } from '../../src/runtime/docker/endpoint/engine-client.ts';
import { findEngine } from '../../src/runtime/docker/endpoint/find.ts';
import { ensureImages } from '../../src/runtime/docker/images/ensure.ts';
import type { RootfsSpec } from '../../src/runtime/node-spec.ts';
import { skipWithout } from '../required.ts';

/** Names of images that this machine's own programs stand in for: no test needs a registry. */
export const standIns = {
  ENVOY_LAB_IMAGE_NODE: 'docker.io/envoy-lab-test/node:1',
  ENVOY_LAB_IMAGE_ENVOY: 'docker.io/envoy-lab-test/envoy:1',
  ENVOY_LAB_IMAGE_BASE: 'docker.io/envoy-lab-test/base:1',
} as const;

/** Images of ours whose base is a registry's. */
const based = ['postgres', 'redis'];

/** What a test of a cluster is run with. */
export interface TestCluster {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of it, the images that stand in for those of a registry. */
  readonly standIns: Readonly<Record<string, string>>;
}

/** Why no cluster can be tried here; undefined when one can. */
export async function clusterRefusal(): Promise<string | undefined> {
  return skipWithout('kubernetes', await missing()) || undefined;
}

async function missing(): Promise<string | undefined> {
  const { KUBECONFIG, ENVOY_LAB_LOAD_IMAGE } = process.env;
  if (!KUBECONFIG) return 'KUBECONFIG names no cluster';
  if (!existsSync(KUBECONFIG)) return `there is no ${KUBECONFIG}, which KUBECONFIG names`;
  if (!ENVOY_LAB_LOAD_IMAGE)
    return 'ENVOY_LAB_LOAD_IMAGE is no command that gives the cluster images of the Docker engine';
  const { available, detail } = await dockerClient().probe();
  return available ? undefined : `images are made with Docker, and ${detail}`;
}

function dockerClient(): EngineClient {
  const { DOCKER_HOST, DOCKER_CONTEXT } = process.env;
  const env = { DOCKER_HOST, DOCKER_CONTEXT };
  return new EngineClient(() =>
    findEngine({ env, home: homedir(), uid: process.getuid?.() ?? 0, platform: process.platform }),
  );
}

/**
 * The cluster that KUBECONFIG names, given the images that labs start from.
 * @param envoy path of Envoy's binary, for tests that run it
 * @param sandboxes for tests that run any of our images: this machine's programs are in them, where it has them
 */
export async function testCluster({
  envoy,
  sandboxes = false,
}: {
  readonly envoy?: string | undefined;
  readonly sandboxes?: boolean;
} = {}): Promise<TestCluster> {
  const docker = await dockerClient().docker();
  const base: RootfsSpec = { name: 'base', programs: [], files: [] };
  const wanted: RootfsSpec[] = [base];
  if (envoy !== undefined)
    wanted.push({ name: 'envoy', programs: [{ name: 'envoy', hostPath: envoy }], files: [] });
  const own = sandboxes
    ? (await Promise.all(based.map(machineImage))).filter((spec) => spec !== undefined)
    : [];
  const options = { pull: false, tell: () => {}, signal: new AbortController().signal };
  const [node, ...more] = await ensureImages(docker, [...wanted, ...own], options);
  const proxy = envoy === undefined ? undefined : more.shift();
  const env: Record<string, string> = { ...standIns };
  const tagged: [string, string][] = [
    [node!.ref, standIns.ENVOY_LAB_IMAGE_NODE],
    [node!.ref, standIns.ENVOY_LAB_IMAGE_BASE],
    ...(proxy === undefined ? [] : [[proxy.ref, standIns.ENVOY_LAB_IMAGE_ENVOY] as [string, string]]),
  ];
  for (const [index, { name }] of own.entries()) {
    const standIn = `docker.io/envoy-lab-test/${name}:1`;
    env[`ENVOY_LAB_IMAGE_${name.toUpperCase()}`] = standIn;
    tagged.push([more[index]!.ref, standIn]);
  }
  for (const [ref, name] of tagged) {
    const at = name.lastIndexOf(':');
    await docker.getImage(ref).tag({ repo: name.slice(0, at), tag: name.slice(at + 1) });
  }
  await load(tagged.map(([, name]) => name));
  return { env: { ...process.env, ...env }, standIns: env };
}

/** One of our images with the programs of this machine; undefined when it has not all of them. */
async function machineImage(name: string): Promise<RootfsSpec | undefined> {
  const root = fileURLToPath(new URL('../../images', import.meta.url));
  const { programs, files, machine } = await loadImage(name, [root]);
  const folders = [...machine.folders, process.env.PATH ?? ''].join(':');
  const found = await Promise.all(
    programs.map(async (program) => ({ name: program, hostPath: (await onPath(program, folders)) ?? '' })),
  );
  if (found.some(({ hostPath }) => hostPath === '')) return undefined;
  return {
    name,
    programs: found,
    files: files.map(({ hostPath, path }) => ({ path, from: { hostPath } })),
    machineFiles: machine.files,
  };
}

/** Gives the cluster images of the Docker engine. */
async function load(names: readonly string[]): Promise<void> {
  const command = process.env.ENVOY_LAB_LOAD_IMAGE!;
  await promisify(execFile)('sh', ['-c', `${command} "$@"`, 'sh', ...names]);
}
