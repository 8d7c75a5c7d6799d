import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../../error.ts';
import { hasEnded, killProcess, type ProcessIdentity } from '../../../process/identity.ts';
import type { NodeSpec } from '../../node-spec.ts';
import type * as runtime from '../../runtime.ts';
import { readLine } from '../protocol/lines.ts';
import type { CallName, Calls } from '../protocol/messages.ts';
import { tidyLabsFolder } from '../state-folder.ts';
import { sweepFolder } from '../sweep.ts';
import { callOnce, openCall } from './connection.ts';
import { openExec } from './exec-session.ts';

/** How long a supervisor may take to answer that it ends, in ms. */
const END_MS = 2000;
/** How long it may then take, in ms. */
const GO_MS = 2000;

/** A lab as its supervisor's client sees it; holds nothing open between calls. */
export class ProcessLab implements runtime.RunningLab {
  readonly #folder: string;
  readonly #supervisor: ProcessIdentity;

  constructor(folder: string, supervisor: ProcessIdentity) {
    this.#folder = folder;
    this.#supervisor = supervisor;
  }

  #call<Name extends CallName>(name: Name, args: Calls[Name]['args']): Promise<Calls[Name]['result']> {
    return callOnce(this.#folder, name, args);
  }

  observe(): Promise<runtime.ObservedLab> {
    return this.#call('observe', {});
  }

  async create(nodes: readonly NodeSpec[]): Promise<void> {
    await this.#call('create', { nodes });
  }

  async update(nodes: readonly NodeSpec[]): Promise<void> {
    await this.#call('update', { nodes });
  }

  async start(node: string, containers?: readonly string[]): Promise<void> {
    await this.#call('start', { node, ...(containers && { containers }) });
  }

  async stop(node: string, containers?: readonly string[], graceMs?: number): Promise<void> {
    await this.#call('stop', {
      node,
      ...(containers && { containers }),
      ...(graceMs !== undefined && { graceMs }),
    });
  }

  async kill(node: string, container: string | undefined, signal: NodeJS.Signals): Promise<void> {
    await this.#call('kill', { node, signal, ...(container !== undefined && { container }) });
  }

  async pause(node: string): Promise<void> {
    await this.#call('pause', { node });
  }

  async unpause(node: string): Promise<void> {
    await this.#call('unpause', { node });
  }

  async remove(nodes?: readonly string[]): Promise<void> {
    if (nodes !== undefined) {
      await this.#call('remove', { nodes });
      return;
    }
    // A supervisor that is about to end, or hangs, does not answer: it is ended from outside then.
    await Promise.race([
      this.#call('shutdown', {}).catch(() => {}),
      delay(END_MS, undefined, { ref: false }),
    ]);
    if (!(await hasEnded(this.#supervisor, GO_MS))) {
      killProcess(this.#supervisor);
      if (!(await hasEnded(this.#supervisor, END_MS))) {
        throw new LabError('runtime', `the lab's supervisor, process ${this.#supervisor.pid}, does not end`);
      }
    }
    await sweepFolder(this.#folder);
    tidyLabsFolder(dirname(this.#folder));
  }

  async *watch(signal: AbortSignal): AsyncIterable<runtime.RuntimeEvent> {
    yield* this.#items<runtime.RuntimeEvent, 'watch'>('watch', {}, signal);
  }

  async *logs({ signal, ...args }: runtime.LogRequest): AsyncIterable<runtime.LogLine> {
    yield* this.#items<runtime.LogLine, 'logs'>('logs', args, signal);
  }

  async *#items<Item, Name extends CallName>(
    name: Name,
    args: Calls[Name]['args'],
    signal: AbortSignal | undefined,
  ): AsyncIterable<Item> {
    if (signal?.aborted) return;
    const { socket } = await openCall(this.#folder, name, args);
    const stop = () => socket.destroy();
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        const line = signal?.aborted ? undefined : await readLine(socket);
        if (line === undefined) return;
        yield JSON.parse(line) as Item;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      socket.destroy();
    }
  }

  exec(request: runtime.ExecRequest): Promise<runtime.ExecSession> {
    return openExec(this.#folder, request);
  }

  async dial(node: string, port: number): Promise<runtime.Dialed> {
    const { result, socket } = await openCall(this.#folder, 'dial', { node, port });
    // The address must not keep its user's process alive.
    socket.unref();
    return {
      ...result,
      [Symbol.asyncDispose]: async () => {
        socket.destroy();
      },
    };
  }

  async connect(node: string, port: number): Promise<Duplex> {
    const { socket } = await openCall(this.#folder, 'connect', { node, port });
    return socket;
  }

  async readFile(node: string, container: string | undefined, path: string): Promise<Buffer> {
    const args = { node, path, ...(container !== undefined && { container }) };
    const { result, socket } = await openCall(this.#folder, 'readFile', args);
    const parts: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) parts.push(chunk);
    const content = Buffer.concat(parts);
    if (content.length !== result.length)
      throw new LabError('runtime', `reading ${path} in ${node} was cut off`);
    return content;
  }

  /** Lets go of the lab; it runs on. */
  async [Symbol.asyncDispose](): Promise<void> {}
}
