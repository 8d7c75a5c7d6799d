import { describe } from 'node:test';
import type Docker from 'dockerode';
import { type Dialect, dialectOf } from '../../src/runtime/docker/dialect.ts';
import { connectEngine } from '../../src/runtime/docker/endpoint/connect.ts';
import { type Endpoint, parseEndpoint } from '../../src/runtime/docker/endpoint/endpoint.ts';
import { ping } from '../../src/runtime/docker/endpoint/ping.ts';
import { baseRootfs, ensureImages } from '../../src/runtime/docker/images/ensure.ts';
import { skipWithout } from '../required.ts';

/** An engine that a test runs on. */
export interface TestEngine {
  readonly name: Dialect['name'];
  readonly docker: Docker;
  /** A container of the base image that runs; it goes with {@link TestEngine.dispose}. */
  run(options?: Docker.ContainerCreateOptions): Promise<Docker.Container>;
  /** The same, not started. */
  create(options?: Docker.ContainerCreateOptions): Promise<Docker.Container>;
  network(): Promise<string>;
  dispose(): Promise<void>;
}

const sockets: Readonly<Record<Dialect['name'], readonly string[]>> = {
  docker: ['/var/run/docker.sock'],
  podman: ['/run/podman/podman.sock', `${process.env.XDG_RUNTIME_DIR ?? ''}/podman/podman.sock`],
};

/** Describes a test for each engine; where one is missing it is skipped, unless it is required. */
export async function onEngines(what: string, cases: (engine: TestEngine) => void): Promise<void> {
  for (const name of ['docker', 'podman'] as const) {
    const endpoint = await find(name);
    const missing =
      endpoint === undefined ? `no ${name} answers at ${sockets[name].join(' or ')}` : undefined;
    const skip = skipWithout(name, missing);
    describe(`${what} on ${name}`, { skip }, () => {
      if (endpoint !== undefined) cases(engineAt(name, endpoint));
    });
  }
}

async function find(name: Dialect['name']): Promise<Endpoint | undefined> {
  for (const path of sockets[name]) {
    const endpoint = parseEndpoint(`unix://${path}`, 'the test', { platform: process.platform });
    const answer = await ping(endpoint).catch(() => undefined);
    if (answer?.name === name) return endpoint;
  }
  return undefined;
}

let count = 0;

function engineAt(name: Dialect['name'], endpoint: Endpoint): TestEngine {
  const docker = connectEngine(endpoint);
  const containers: Docker.Container[] = [];
  const networks: Docker.Network[] = [];
  const fresh = () => `envoy-lab-test-${process.pid}-${count++}`;
  const create = async (options: Docker.ContainerCreateOptions = {}) => {
    const wanted = { pull: false, tell: () => {}, signal: AbortSignal.timeout(60_000) };
    const [image] = await ensureImages(docker, [baseRootfs], wanted);
    const container = await docker.createContainer({
      name: fresh(),
      Image: image!.ref,
      Cmd: ['sleep', 'infinity'],
      ...options,
      HostConfig: { ...dialectOf(name).hostConfig, ...options.HostConfig },
    });
    containers.push(container);
    return container;
  };
  return {
    name,
    docker,
    create,
    run: async (options) => {
      const container = await create(options);
      await container.start();
      return container;
    },
    network: async () => {
      const network = await docker.createNetwork({ Name: fresh() });
      networks.push(network);
      return network.id;
    },
    dispose: async () => {
      // Those that joined another's network go before it.
      for (const container of containers.reverse()) {
        await container.remove({ force: true, v: true }).catch((error: { statusCode?: number }) => {
          if (error.statusCode !== 404) throw error;
        });
      }
      for (const network of networks) await network.remove();
    },
  };
}
