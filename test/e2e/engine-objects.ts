import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { connectEngine } from '../../src/runtime/docker/endpoint/connect.ts';
import { parseEndpoint } from '../../src/runtime/docker/endpoint/endpoint.ts';
import { label } from '../../src/runtime/docker/labels.ts';
import type { Outside } from './engine-life.ts';

/** What an engine has of one owner's labs, seen and changed from outside. */
export class EngineObjects implements Outside {
  readonly docker: Docker;
  readonly #owner: string;

  constructor(url: string, owner: string) {
    this.docker = connectEngine(parseEndpoint(url, 'the test', { platform: process.platform }));
    this.#owner = owner;
  }

  /** Containers, networks and volumes, by name. */
  async list(): Promise<string[]> {
    const filters = { label: [`${label.owner}=${this.#owner}`] };
    const [containers, networks, volumes] = await Promise.all([
      this.docker.listContainers({ all: true, filters }),
      this.docker.listNetworks({ filters }),
      this.docker.listVolumes({ filters }),
    ]);
    return [
      ...containers.map(({ Names }) => `container ${Names[0]?.slice(1)}`),
      ...networks.map(({ Name }) => `network ${Name}`),
      ...(volumes.Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    ].sort();
  }

  async kill(lab: string, node: string, container: string): Promise<void> {
    await this.docker.getContainer(`${lab}.${node}.${container}`).kill();
  }

  /** Resolves when the engine has something of the labs. */
  async untilAny(): Promise<void> {
    const deadline = Date.now() + 30_000;
    while ((await this.list()).length === 0) {
      if (Date.now() > deadline) throw new Error('nothing of a lab has appeared at the engine');
      await delay(20);
    }
  }
}
