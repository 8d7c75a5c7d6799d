import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Bootstrap } from '../../bootstrap/load.ts';
import { LabError } from '../../error.ts';
import { HostList } from '../cluster/threads/host-list.ts';
import { createSharedLimits } from '../cluster/threads/shared-resource.ts';
import type { ThreadSetup } from '../create-server.ts';
import type { Flags } from '../flags.ts';
import type { BoundSocket } from '../listener/listen-socket.ts';
import type { Command } from '../server/command.ts';
import type { Server, ServerThreads } from '../server/server.ts';
import type { StatPlace } from '../stats/announced.ts';
import { storeOptions } from '../stats/config.ts';
import { MergedStore } from '../stats/merged-store.ts';
import { SharedFileLock } from './file-lock.ts';
import type { FromWorker, OpenedSocket, SharedMemory, ToWorker, WorkerData } from './protocol.ts';
import { Rendezvous } from './rendezvous.ts';
import { ticketKeySource } from './ticket-keys.ts';

/** How long a worker may take to do a command, ms. */
const patienceMs = 10_000;

/**
 * The workers of a process, seen from its main thread: that one has the admin interface, looks for hosts and flushes
 * stats, and serves nobody. Envoy's threads are the same (docs: intro/arch_overview/intro/threading_model).
 */
export class Workers implements ThreadSetup {
  readonly #memory: SharedMemory;
  readonly #workers: readonly WorkerHandle[];
  readonly #hosts: HostList;
  readonly #config = new Map<string, Uint8Array>();
  #loaded = false;
  #commands = 0;
  #opening: Promise<readonly OpenedSocket[]> | undefined;

  /** Starts their threads; `module` is the path or URL of one that exports `serveWorker`. */
  constructor(flags: Flags, module: string) {
    const { concurrency } = flags;
    this.#hosts = new HostList(concurrency);
    this.#memory = {
      connectionIds: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
      done: new Int32Array(new SharedArrayBuffer(concurrency * Int32Array.BYTES_PER_ELEMENT)),
      rendezvous: Rendezvous.createMemory(),
      fileLocks: SharedFileLock.createMemory(),
      ticketSecret: randomBytes(32),
    };
    this.#workers = Array.from(
      { length: concurrency },
      (_, index) => new WorkerHandle(module, { index, flags, memory: this.#memory }),
    );
  }

  readConfig(path: string): Buffer {
    const text = readFileSync(path);
    this.#config.set(path, text);
    return text;
  }

  threadsOf({ stats_config }: Bootstrap): ServerThreads {
    const stats = new MergedStore(storeOptions(stats_config));
    for (const worker of this.#workers) stats.attach(() => worker.takePlaces());
    const { connectionIds, ticketSecret, fileLocks } = this.#memory;
    return {
      stats,
      control: stats,
      worker: 'worker_0',
      clusters: {
        workers: this.#workers.length,
        onHosts: (cluster, hosts) => {
          this.#hosts.set(cluster, hosts);
          if (this.#loaded) this.#tellHosts(cluster);
        },
      },
      open: async (_listener, index) => {
        this.#opening ??= this.#open();
        return new WorkersSocket((await this.#opening)[index]!.local, this.#workers.length);
      },
      nextConnectionId: () => Atomics.add(connectionIds, 0, 1) >>> 0,
      ticketKeys: ticketKeySource(ticketSecret),
      logLock: new SharedFileLock(fileLocks),
      tell: (command) => this.#tell(command),
      refreshHosts: () => this.#hosts.refresh(),
    };
  }

  /** Has the workers load what the main thread's server has loaded. */
  load(server: Server): void {
    const limits = Array.from(server.clusters.clusters, ({ name, observabilityName }) => {
      const { prefix } = server.stats.scope(`cluster.${observabilityName}`);
      return [name, createSharedLimits((gauge) => server.stats.gauge(prefix + gauge))] as const;
    });
    const connections = server.listeners.listeners.map(
      () => new Int32Array(new SharedArrayBuffer(this.#workers.length * Int32Array.BYTES_PER_ELEMENT)),
    );
    this.#post({ kind: 'load', config: this.#config, limits: new Map(limits), connections });
    this.#loaded = true;
    for (const cluster of this.#hosts.clusters) this.#tellHosts(cluster);
  }

  /** Ends them; what their access logs hold is written. */
  async end(): Promise<void> {
    if (!this.#loaded) return;
    this.#tell({ kind: 'stop', inboundOnly: false });
    await Promise.all(this.#workers.map((worker) => worker.end()));
  }

  /** The first binds, the others accept at the same sockets. */
  async #open(): Promise<readonly OpenedSocket[]> {
    const [first, ...others] = this.#workers;
    const sockets = await first!.listen(undefined);
    const fds = sockets.map(({ fd }) => fd);
    await Promise.all(others.map((worker) => worker.listen(fds)));
    return sockets;
  }

  #tellHosts(cluster: string): void {
    this.#workers.forEach((worker, index) => {
      worker.post({ kind: 'hosts', told: this.#hosts.told(cluster, index) });
    });
  }

  /** Once they serve, it returns when all have done it: what is answered next is answered under it. */
  #tell(command: Command): void {
    // There is nothing yet to do it to.
    if (!this.#loaded) return;
    const number = ++this.#commands;
    this.#post({ kind: 'command', number, command });
    if (this.#opening === undefined) return;
    const { done } = this.#memory;
    const until = performance.now() + patienceMs;
    this.#workers.forEach((_, index) => {
      for (let last = Atomics.load(done, index); last < number; last = Atomics.load(done, index)) {
        const left = until - performance.now();
        if (left <= 0) throw new Error(`worker_${index} has not done '${command.kind}' in ${patienceMs} ms`);
        Atomics.wait(done, index, last, left);
      }
    });
  }

  #post(message: ToWorker): void {
    for (const worker of this.#workers) worker.post(message);
  }
}

/** One worker's thread. It that ends by itself ends the process, with its error. */
class WorkerHandle {
  readonly #name: string;
  readonly #worker: Worker;
  readonly #places: MessagePort;
  /** What it has said, and nobody has asked for yet. */
  #said: FromWorker[] = [];
  #onSaid: (() => void) | undefined;
  #ending = false;

  constructor(module: string, data: Omit<WorkerData, 'places'>) {
    const { port1, port2 } = new MessageChannel();
    this.#name = `worker_${data.index}`;
    this.#places = port1;
    this.#worker = new Worker(start(module), {
      eval: true,
      name: this.#name,
      workerData: { ...data, places: port2 } satisfies WorkerData,
      transferList: [port2],
    });
    this.#worker.on('message', (message: FromWorker) => {
      this.#said.push(message);
      this.#onSaid?.();
    });
    this.#worker.on('error', (error) => {
      throw error;
    });
    this.#worker.on('exit', (code) => {
      if (!this.#ending) throw new Error(`${this.#name} ended with ${code}`);
    });
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** Where the stats are that it has made since the last call. */
  *takePlaces(): Iterable<StatPlace> {
    for (;;) {
      const received = receiveMessageOnPort(this.#places) as { message: StatPlace[] } | undefined;
      if (received === undefined) return;
      yield* received.message;
    }
  }

  /** @throws LabError `runtime` when it cannot */
  async listen(fds: readonly number[] | undefined): Promise<readonly OpenedSocket[]> {
    this.post({ kind: 'listen', fds });
    const said = await this.#hear((message) => message.kind === 'listening' || message.kind === 'failed');
    if (said.kind === 'listening') return said.sockets;
    const { message, hint } = said as Extract<FromWorker, { kind: 'failed' }>;
    throw new LabError('runtime', message, hint === undefined ? {} : { hint });
  }

  async end(): Promise<void> {
    this.#ending = true;
    this.post({ kind: 'end' });
    await this.#hear((message) => message.kind === 'ended');
  }

  /** Waits for such a message; others are let be. */
  async #hear(wanted: (message: FromWorker) => boolean): Promise<FromWorker> {
    for (;;) {
      const found = this.#said.find(wanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const before = this.#onSaid;
        this.#onSaid = () => {
          before?.();
          resolve();
        };
      });
      this.#onSaid = undefined;
    }
  }
}

/** The main thread's view of a socket at which the workers accept; the command `stop` closes it there. */
class WorkersSocket implements BoundSocket {
  readonly local: BoundSocket['local'];
  readonly workers: number;
  listening = true;

  constructor(local: BoundSocket['local'], workers: number) {
    this.local = local;
    this.workers = workers;
  }

  close(): void {
    this.listening = false;
  }
}

/** A bundle may be CommonJS, whose exports are its default. */
function start(module: string): string {
  const url = /^[a-z]+:/.test(module) ? module : pathToFileURL(module).href;
  return `import(${JSON.stringify(url)}).then(({ default: bundle, serveWorker = bundle.serveWorker }) => serveWorker());`;
}
