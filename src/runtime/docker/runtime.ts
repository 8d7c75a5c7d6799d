import type { LabIdentity, RootfsSpec } from '../node-spec.ts';
import type { PrepareOptions, ProbeReport, RunningLab, Runtime } from '../runtime.ts';
import { DockerLab } from './docker-lab.ts';
import type { EngineClient } from './endpoint/engine-client.ts';
import { type Engine, engineOf } from './engine.ts';
import { doing } from './errors.ts';
import { ensureImages } from './images/ensure.ts';
import { type ImageMachine, thisMachine } from './images/machine.ts';
import { removeUnusedImages } from './images/remove.ts';
import { identityOf, label } from './labels.ts';
import { createNetworks, labsOf } from './networks.ts';
import { listNetworks } from './observe/list.ts';
import { openReach } from './reach/open-reach.ts';
import { sweepContainers } from './sweep.ts';

export interface DockerRuntimeOptions {
  readonly client: EngineClient;
  /** Whose labs these are, as text; those of others are not touched. */
  readonly owner: string;
  /** What images are made of; that of this process when absent. */
  readonly machine?: ImageMachine;
  /** Another way to get images, for tests. */
  readonly ensure?: typeof ensureImages;
}

/** Runs labs on a container engine that speaks Docker's API. */
export class DockerRuntime implements Runtime {
  readonly name = 'docker';
  readonly programs = 'image';
  readonly #options: DockerRuntimeOptions;
  readonly #machine: ImageMachine;
  #engine: Promise<Engine> | undefined;

  constructor(options: DockerRuntimeOptions) {
    this.#options = options;
    this.#machine = options.machine ?? thisMachine();
  }

  get endpoint(): string {
    return this.#options.client.endpoint ?? '';
  }

  /** @throws LabError when there is none */
  #connect(): Promise<Engine> {
    const { client, ensure = ensureImages } = this.#options;
    const ensureHere: typeof ensureImages = (docker, wanted, prepare) =>
      ensure(docker, wanted, prepare, this.#machine);
    this.#engine ??= Promise.all([client.docker(), client.found()]).then(
      ([docker, found]) => engineOf(docker, found, ensureHere),
      (error: unknown) => {
        this.#engine = undefined;
        throw error;
      },
    );
    return this.#engine;
  }

  probe(): Promise<ProbeReport> {
    return this.#options.client.probe();
  }

  async list(): Promise<string[]> {
    const engine = await this.#connect();
    return doing('list labs', () => labsOf(engine, this.#options.owner));
  }

  async open(lab: string): Promise<RunningLab | undefined> {
    const engine = await this.#connect();
    const networks = await doing(`look for lab ${lab}`, () => listNetworks(engine, lab));
    const labels = networks[0]?.labels;
    if (labels === undefined || labels[label.owner] !== this.#options.owner) return undefined;
    return new DockerLab(engine, identityOf(labels), openReach(engine.docker));
  }

  async prepare(images: readonly RootfsSpec[], options: PrepareOptions): Promise<void> {
    const engine = await this.#connect();
    await engine.images.prepare(images, options);
  }

  async create(identity: LabIdentity): Promise<RunningLab> {
    const engine = await this.#connect();
    await createNetworks(engine, identity, Date.now());
    return new DockerLab(engine, identity, openReach(engine.docker));
  }

  async sweep(lab?: string): Promise<string[]> {
    const engine = await this.#connect();
    return doing('sweep', () => sweepContainers(engine, this.#options.owner, lab));
  }

  async removeImages(): Promise<string[]> {
    const engine = await this.#connect();
    return doing('remove images', () => removeUnusedImages(engine.docker, this.#machine.owner));
  }
}
