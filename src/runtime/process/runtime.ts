import { dirname, join } from 'node:path';
import { LabError } from '../../error.ts';
import { isAlive } from '../../process/identity.ts';
import type { LabIdentity, RootfsSpec } from '../node-spec.ts';
import type { ProbeReport, RunningLab, Runtime } from '../runtime.ts';
import { ProcessLab } from './client/process-lab.ts';
import { startSupervisor } from './client/start-supervisor.ts';
import { probeMachine } from './probe.ts';
import { labFolder, labsFolder, listFolders, readRecord, tidyLabsFolder } from './state-folder.ts';
import { sweepFolder } from './sweep.ts';

export interface ProcessRuntimeOptions {
  /** Folder for state, such as `$XDG_STATE_HOME/envoy-lab`; labs live in its `process` folder. */
  readonly stateDir: string;
  /** PATH, to find system tools. */
  readonly path: string;
  /** Interpreter, its options, and the supervisor's file. */
  readonly supervisor: readonly string[];
  /** Host paths that containers must see even below /tmp and /run, which they have of their own: engines, images. */
  readonly visible?: readonly string[];
  /** `auto`: namespaces when the machine allows them. */
  readonly mode?: 'auto' | 'namespaces' | 'loopback';
}

/** Runs labs as plain processes, without a container engine and without root. */
export class ProcessRuntime implements Runtime {
  readonly name = 'process';
  readonly programs = 'host';
  readonly #options: ProcessRuntimeOptions;
  #probing: Promise<ProbeReport> | undefined;

  constructor(options: ProcessRuntimeOptions) {
    this.#options = options;
  }

  probe(): Promise<ProbeReport> {
    const { mode = 'auto', path } = this.#options;
    this.#probing ??= probeMachine(mode, path);
    return this.#probing;
  }

  async list(): Promise<string[]> {
    const { stateDir } = this.#options;
    return listFolders(stateDir).filter((name) => !name.startsWith('.') && this.#live(name) !== undefined);
  }

  #live(lab: string) {
    const folder = labFolder(this.#options.stateDir, lab);
    const record = readRecord(folder);
    return record !== undefined && isAlive(record.process) ? { folder, record } : undefined;
  }

  async open(lab: string): Promise<RunningLab | undefined> {
    const live = this.#live(lab);
    return live === undefined ? undefined : new ProcessLab(live.folder, live.record.process);
  }

  /**
   * Containers have the machine's own files: there is nothing to prepare.
   * @throws LabError `runtime` for an image of a registry
   */
  async prepare(images: readonly RootfsSpec[]): Promise<void> {
    const foreign = images.find(({ reference }) => reference !== undefined);
    if (foreign === undefined) return;
    throw new LabError('runtime', `runtime process cannot run ${foreign.reference}, an image of a registry`, {
      hint: 'runtime docker can; or put an image of envoy-lab in its place',
    });
  }

  async create(identity: LabIdentity): Promise<RunningLab> {
    const { mode: wanted = 'auto' } = this.#options;
    // Trying is as quick as probing: only a refusal is looked into.
    if (wanted !== 'auto') return this.#createIn(wanted, identity);
    try {
      return await this.#createIn('namespaces', identity);
    } catch (error) {
      if (this.#live(identity.lab) !== undefined) throw error;
      const { mode } = await this.probe();
      if (mode !== 'loopback') throw error;
      return this.#createIn('loopback', identity);
    }
  }

  async #createIn(mode: 'namespaces' | 'loopback', identity: LabIdentity): Promise<RunningLab> {
    const { stateDir, path, supervisor, visible = [] } = this.#options;
    const own = [dirname(supervisor.at(-1)!), dirname(process.execPath), ...visible];
    await startSupervisor(supervisor, { stateDir, identity, mode, path, visible: own });
    const lab = await this.open(identity.lab);
    if (lab === undefined) throw new LabError('runtime', `lab ${identity.lab} ended at once`);
    return lab;
  }

  async sweep(lab?: string): Promise<string[]> {
    const { stateDir } = this.#options;
    const names = listFolders(stateDir).filter(
      (name) => lab === undefined || name === lab || name.startsWith('.'),
    );
    const removed: string[] = [];
    for (const name of names) {
      if (await sweepFolder(join(labsFolder(stateDir), name))) removed.push(name);
    }
    tidyLabsFolder(labsFolder(stateDir));
    return removed.filter((name) => !name.startsWith('.'));
  }
}
