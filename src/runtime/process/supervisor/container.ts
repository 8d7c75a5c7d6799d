import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { LabError } from '../../../error.ts';
import type { ContainerSpec, NodeSpec } from '../../node-spec.ts';
import type { ContainerState, ObservedContainer } from '../../runtime.ts';
import type { FifoPool } from './fifo.ts';
import type { ExitCode, Isolation, Launched } from './isolation.ts';
import { LogStore } from './log-store.ts';
import { waitUntilReady } from './ready.ts';

/** What a container needs of the lab around it. */
export interface ContainerHost {
  readonly isolation: Isolation;
  readonly fifos: FifoPool;
  now(): number;
  /** Called after each change of state. */
  changed(container: Container): void;
  /** Called when there is new output. */
  logged(): void;
}

/** How long output may still come after a container's last process has ended, in ms. */
const DRAIN_MS = 1000;

/** One container of a running lab: its process, state, output and readiness. */
export class Container {
  readonly spec: ContainerSpec;
  readonly node: NodeSpec;
  readonly log: LogStore;
  readonly #host: ContainerHost;
  #state: ContainerState = 'created';
  #beforePause: ContainerState = 'starting';
  #running: { launched: Launched; ended: Promise<void>; probing: AbortController } | undefined;
  #starting: Promise<void> | undefined;
  #stopping = false;
  #exitCode: number | undefined;
  #startedAt: number | undefined;
  #admin: ObservedContainer['admin'];

  constructor(host: ContainerHost, node: NodeSpec, spec: ContainerSpec) {
    this.#host = host;
    this.node = node;
    this.spec = spec;
    this.log = new LogStore(() => host.logged());
  }

  get state(): ContainerState {
    return this.#state;
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Of its own command, in the supervisor's own PID namespace; undefined when it does not run. */
  get pid(): number | undefined {
    return this.#running?.launched.pid;
  }

  observe(hostPid: number | undefined): ObservedContainer {
    return {
      name: this.spec.name,
      hash: this.spec.hash,
      state: this.#state,
      ...(hostPid === undefined ? {} : { pid: hostPid }),
      ...(this.#exitCode === undefined ? {} : { exitCode: this.#exitCode }),
      ...(this.#startedAt === undefined ? {} : { startedAt: this.#startedAt }),
      ...(this.#admin === undefined || this.#running === undefined ? {} : { admin: this.#admin }),
    };
  }

  /** Starts it unless it runs already; resolves when its command runs. */
  start(): Promise<void> {
    if (this.#running !== undefined) return Promise.resolve();
    this.#starting ??= this.#launch().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #launch(): Promise<void> {
    const { isolation, fifos } = this.#host;
    const logFrom = this.log.next;
    this.#stopping = false;
    this.#exitCode = undefined;
    this.#admin = undefined;
    this.#startedAt = this.#host.now();
    this.#become('starting');
    const [stdout, stderr] = [await fifos.output(), await fifos.output()];
    const drained = Promise.all([
      this.#collect('stdout', stdout.stream),
      this.#collect('stderr', stderr.stream),
    ]);
    const streams = { stdin: 'ignore', stdout: stdout.fd, stderr: stderr.fd } as const;
    try {
      const launched = await isolation.launch(this.node, this.spec, streams).finally(() => {
        closeSync(stdout.fd);
        closeSync(stderr.fd);
      });
      const probing = new AbortController();
      const ended = launched.exited.then(async (code) => {
        probing.abort();
        this.signalAll('SIGKILL');
        await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
        stdout.stream.destroy();
        stderr.stream.destroy();
        this.#ended(code);
      });
      this.#running = { launched, ended, probing };
      this.#probe(probing.signal, logFrom);
    } catch (error) {
      await drained;
      this.#exitCode = error instanceof LaunchError ? error.exitCode : 125;
      this.#become('exited');
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): LabError {
    const output = this.log.from(0).slice(-5);
    const why = output.length > 0 ? output.map((entry) => entry.text).join('; ') : (error as Error).message;
    return new LabError('runtime', `container ${this.node.name}/${this.spec.name} did not start: ${why}`, {
      cause: error,
    });
  }

  #collect(name: 'stdout' | 'stderr', stream: Socket): Promise<void> {
    return new Promise((resolve) => {
      stream.on('data', (chunk) => this.log.append(name, chunk, this.#host.now()));
      stream.on('error', () => {});
      stream.on('close', () => {
        this.log.end(name, this.#host.now());
        resolve();
      });
    });
  }

  #probe(signal: AbortSignal, logFrom: number): void {
    // A job is ready once it has done its work, whatever it answers before.
    if (this.spec.once) return;
    const context = { isolation: this.#host.isolation, node: this.node, container: this, logFrom };
    waitUntilReady(this.spec.ready, context, signal).then(
      (admin) => {
        if (signal.aborted) return;
        this.#admin = admin;
        if (this.#state === 'paused') this.#beforePause = 'ready';
        else this.#become('ready');
      },
      () => {},
    );
  }

  #ended(code: ExitCode): void {
    this.#running = undefined;
    this.#exitCode = code;
    if (this.#stopping) this.#become('stopped');
    else this.#become(this.spec.once && code === 0 ? 'ready' : 'exited');
  }

  #become(state: ContainerState): void {
    this.#state = state;
    this.#host.changed(this);
  }

  /** SIGTERM to its command; SIGKILL to all of it when `graceMs` have passed. */
  async stop(graceMs: number): Promise<void> {
    await this.#starting?.catch(() => {});
    const running = this.#running;
    if (running === undefined) {
      if (
        this.#state === 'created' ||
        this.#state === 'exited' ||
        (this.#state === 'ready' && this.spec.once)
      ) {
        this.#become('stopped');
      }
      return;
    }
    this.#stopping = true;
    const timer = setTimeout(() => this.signalAll('SIGKILL'), graceMs);
    this.signal('SIGTERM');
    if (this.#state === 'paused') this.signalAll('SIGCONT');
    await running.ended;
    clearTimeout(timer);
  }

  /** Ends all of it at once. */
  async destroy(): Promise<void> {
    await this.#starting?.catch(() => {});
    const running = this.#running;
    if (running === undefined) return;
    this.#stopping = true;
    this.signalAll('SIGKILL');
    await running.ended;
  }

  /** Sends a signal to its command, as `docker kill` does; SIGKILL goes to all of it. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    if (signal !== 'SIGKILL') {
      this.signal(signal);
      return;
    }
    this.signalAll('SIGKILL');
    await running.ended;
  }

  pause(): void {
    if (this.#running === undefined || this.#state === 'paused') return;
    this.#beforePause = this.#state;
    this.signalAll('SIGSTOP');
    this.#become('paused');
  }

  unpause(): void {
    if (this.#running === undefined || this.#state !== 'paused') return;
    this.signalAll('SIGCONT');
    this.#become(this.#beforePause);
  }

  signal(signal: NodeJS.Signals): void {
    this.#running?.launched.process.kill(signal);
  }

  /** Signals its command and everything that stems from it. */
  signalAll(signal: NodeJS.Signals): void {
    this.signal(signal);
    // A process may fork between the look and the signal: look again until a round finds nobody new.
    const seen = new Set<number>();
    for (let round = 0; round < 10; round++) {
      const pids = this.#host.isolation
        .processes(this.node.name, this.spec.name)
        .filter((pid) => !seen.has(pid));
      if (pids.length === 0) return;
      for (const pid of pids) {
        seen.add(pid);
        try {
          process.kill(pid, signal);
        } catch {
          // It ended in between.
        }
      }
    }
  }
}

/** The command could not be run at all. */
export class LaunchError extends Error {
  /** 126: found but not executable; 127: not found; 125: the runtime itself failed. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
