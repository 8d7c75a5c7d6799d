import * as streams from 'node:stream';
import type Docker from 'dockerode';
import type { EngineExec } from '../exec/session.ts';
import { execIn } from '../exec.ts';
import { type AgentTarget, agentSource } from './agent.ts';
import { type Multiplexer, multiplex } from './multiplex.ts';

/** How long an agent may take to end by itself, in ms. */
const END_MS = 500;

/** The agent of one node, started when it is first needed and again when it is gone. */
export class AgentLink implements AsyncDisposable {
  readonly #docker: Docker;
  readonly #holder: string;
  #users = 0;
  #running: Promise<{ readonly session: EngineExec; readonly carrier: Multiplexer }> | undefined;

  /** @param holder the container in which it runs: has the node's network, and Node */
  constructor(docker: Docker, holder: string) {
    this.#docker = docker;
    this.#holder = holder;
  }

  /**
   * @throws Error with the system's `code` when no host accepts
   * @throws LabError when the agent cannot be started
   */
  async open(target: AgentTarget): Promise<streams.Duplex> {
    const fresh = this.#running === undefined;
    const running = this.#running ?? this.#start();
    this.#running = running;
    const forget = () => {
      if (this.#running === running) this.#running = undefined;
    };
    if (fresh) running.then(({ session }) => session.exitCode).then(forget, forget);
    const { session, carrier } = await running;
    const release = this.#hold(session);
    try {
      const stream = await carrier.open(JSON.stringify(target));
      stream.once('close', release);
      return stream;
    } catch (error) {
      release();
      // The one from before may have gone unnoticed, with its container.
      if (fresh || (error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      forget();
      return this.open(target);
    }
  }

  /** An agent that carries nothing keeps nobody alive: whoever uses it may forget it. */
  #hold(session: EngineExec): () => void {
    session.ref();
    this.#users++;
    return () => {
      if (--this.#users === 0) session.unref();
    };
  }

  async #start() {
    const argv = ['node', '-e', agentSource()];
    const session = await execIn(this.#docker, this.#holder, { argv });
    session.stdin.on('error', () => {});
    // What Node says when it cannot run.
    session.stderr.resume();
    const carrier = multiplex(streams, session.stdout, session.stdin, ({ refuse }) => refuse('EACCES'));
    const close = () => carrier.close();
    session.exitCode.then(close, close);
    return { session, carrier };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = await this.#running?.catch(() => undefined);
    this.#running = undefined;
    if (running === undefined) return;
    running.carrier.close();
    running.session.stdin.end();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, END_MS);
    });
    await Promise.race([running.session.exitCode.catch(() => {}), late]);
    clearTimeout(timer);
    await running.session[Symbol.asyncDispose]();
  }
}
