import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../../error.ts';
import { hasEnded, killProcess } from '../../../process/identity.ts';
import type { ObservedPort } from '../../runtime.ts';
import type { Place } from '../api/kubeconfig.ts';
import type { LabAt } from '../place.ts';
import type { AgentConfig, AgentReport, AgentState } from './config.ts';
import { readState, removeState } from './state.ts';

/** How long ports may take to be open, or closed, in ms. */
const CHANGE_MS = 10_000;
/** How long it may take to start, in ms: it waits for an API server that is away, however long, and a command does not. */
const START_MS = 40_000;

export interface AgentOptions {
  /** Interpreter, its options, and the file that runs it. */
  readonly command: readonly string[];
  readonly stateDir: string;
  /** What the agent needs to log in: PATH, HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly place: Place;
  /** {@link START_MS} when absent. */
  readonly startMs?: number;
}

/** The background process that keeps a lab's published ports open on this machine. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #lab: LabAt;

  constructor(options: AgentOptions, lab: LabAt) {
    this.#options = options;
    this.#lab = lab;
  }

  get #file(): string {
    const { api, identity, namespace } = this.#lab;
    const hash = createHash('sha256')
      .update(`${api.access.server} ${namespace} ${identity.lab}`)
      .digest('hex')
      .slice(0, 16);
    return join(this.#options.stateDir, 'kubernetes', `${hash}.json`);
  }

  #running(): AgentState | undefined {
    return readState(this.#file);
  }

  /**
   * Starts it when it does not run, and waits until it has tried to open these ports.
   * @returns host ports that could not be opened: something else took them in between
   * @throws LabError `runtime` when it cannot be started or does not come to it
   */
  async open(ports: readonly ObservedPort[]): Promise<readonly number[]> {
    if (ports.length === 0) return [];
    if (this.#running() === undefined) await this.#start();
    const wanted = ports.map(({ hostPort }) => hostPort);
    const state = await this.#until(({ open, refused }) =>
      wanted.every((port) => open.includes(port) || refused.includes(port)),
    );
    if (state === undefined) {
      throw new LabError('runtime', `the lab's agent did not open its ports within ${CHANGE_MS / 1000} s`, {
        hint: 'run the command again',
      });
    }
    return wanted.filter((port) => state.refused.includes(port));
  }

  /** Waits until these ports are closed. */
  async closed(ports: readonly ObservedPort[]): Promise<void> {
    if (ports.length === 0) return;
    await this.#until(({ open, refused }) =>
      ports.every(({ hostPort }) => !open.includes(hostPort) && !refused.includes(hostPort)),
    );
  }

  /** @returns undefined when it has ended, or is not in such a state in time */
  async #until(reached: (state: AgentState) => boolean): Promise<AgentState | undefined> {
    for (const deadline = Date.now() + CHANGE_MS; Date.now() < deadline; await delay(20)) {
      const state = this.#running();
      if (state === undefined || reached(state)) return state;
    }
    return undefined;
  }

  /** Ends it; its ports are free then. */
  async end(): Promise<void> {
    const running = this.#running();
    if (running !== undefined) {
      killProcess(running);
      await hasEnded(running, CHANGE_MS);
    }
    removeState(this.#file);
  }

  async #start(): Promise<void> {
    const { command, env, place, startMs = START_MS } = this.#options;
    const { identity, namespace, ownsNamespace } = this.#lab;
    const config: AgentConfig = { identity, place, namespace, ownsNamespace, file: this.#file };
    const [program, ...args] = [...command, identity.lab];
    const child = spawn(program!, args, {
      cwd: '/',
      env: { ...env, ENVOY_LAB_AGENT: JSON.stringify(config) },
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const channel = child.stdio[3] as Readable;
    const said = (async () => {
      let text = '';
      for await (const part of channel) text += String(part);
      return text;
    })();
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const over = new AbortController();
    const late = delay(startMs, undefined, over).then(() => {
      throw new Error(`it did not open its ports within ${startMs / 1000} s`);
    });
    late.catch(() => {});
    const text = await Promise.race([said, failed, late])
      .catch((cause: unknown) => {
        child.kill('SIGKILL');
        throw new LabError('runtime', `cannot start the lab's agent: ${(cause as Error).message}`, {
          hint: 'is the API server there? kubectl version asks it too; run the command again',
          cause,
        });
      })
      .finally(() => {
        over.abort();
        child.unref();
      });
    const report = (text === '' ? { error: 'it ended at once' } : JSON.parse(text)) as AgentReport;
    if ('error' in report) throw new LabError('runtime', `cannot start the lab's agent: ${report.error}`);
  }
}
