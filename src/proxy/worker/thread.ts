import { parentPort, workerData } from 'node:worker_threads';
import type { Bootstrap } from '../../bootstrap/load.ts';
import { LabError } from '../../error.ts';
import { sharedResources } from '../cluster/threads/shared-resource.ts';
import { ToldHosts } from '../cluster/threads/told-hosts.ts';
import { createLoggers, createServer, type ThreadSetup } from '../create-server.ts';
import { type BoundSocket, ListenSocket } from '../listener/listen-socket.ts';
import { backlogOf } from '../listener/listener-manager.ts';
import { UdpListener } from '../listener/udp-listener.ts';
import { UdpSocket } from '../listener/udp-socket.ts';
import { type Command, execute } from '../server/command.ts';
import type { Server, ServerThreads } from '../server/server.ts';
import type { StatPlace } from '../stats/announced.ts';
import { storeOptions } from '../stats/config.ts';
import { StatsStore } from '../stats/store.ts';
import { AcceptBalance } from './accept-balance.ts';
import { SharedFileLock } from './file-lock.ts';
import type { FromWorker, OpenedSocket, ToWorker, WorkerData } from './protocol.ts';
import { Rendezvous } from './rendezvous.ts';
import { ticketKeySource } from './ticket-keys.ts';

type LoadMessage = Extract<ToWorker, { kind: 'load' }>;

/** The worker's thread: does what the main one says, and serves. */
export function serveWorker(): void {
  const worker = new WorkerThread(workerData as WorkerData);
  let last: Promise<void> = Promise.resolve();
  parentPort!.on('message', (message: ToWorker) => {
    last = last.then(() => worker.handle(message));
  });
}

class WorkerThread implements ThreadSetup {
  readonly #data: WorkerData;
  readonly #hosts = new ToldHosts();
  readonly #rendezvous: Rendezvous;
  #message!: LoadMessage;
  #server!: Server;
  /** The config or an address could not be had: the process is about to end. */
  #failed = false;
  /** Of the sockets another worker has bound. */
  #fds: readonly number[] | undefined;
  /** What is announced while the config is loaded goes in one piece. */
  #places: StatPlace[] | undefined = [];

  constructor(data: WorkerData) {
    this.#data = data;
    this.#rendezvous = new Rendezvous(data.memory.rendezvous, data.flags.concurrency);
  }

  async handle(message: ToWorker): Promise<void> {
    if (this.#failed && message.kind !== 'end') return;
    switch (message.kind) {
      case 'load':
        return this.#orSay(() => this.#load(message));
      case 'hosts':
        return this.#hosts.tell(message.told);
      case 'listen':
        return this.#orSay(() => this.#listen(message.fds));
      case 'command':
        return this.#command(message.number, message.command);
      case 'end':
        await this.#server?.shutdown();
        return say({ kind: 'ended' });
    }
  }

  readConfig(path: string): Buffer {
    return Buffer.from(this.#message.config.get(path)!);
  }

  threadsOf({ stats_config }: Bootstrap): ServerThreads {
    const { index, flags, memory } = this.#data;
    const { limits } = this.#message;
    const options = storeOptions(stats_config);
    const control = new StatsStore(options);
    return {
      stats: new StatsStore({ ...options, announce: (place) => this.#announce(place) }),
      control,
      worker: `worker_${index}`,
      clusters: {
        workers: flags.concurrency,
        control,
        discover: this.#hosts.discover,
        createResource: (cluster) => sharedResources(limits.get(cluster)!),
      },
      open: async (listener, at) => {
        if (listener instanceof UdpListener) return this.#openUdp(listener);
        const balance = new AcceptBalance(this.#message.connections[at]!, index);
        listener.connectionsElsewhere = () => balance.elsewhere;
        const accept: ListenSocket['acceptor']['accept'] = (socket, local) => {
          balance.accepted(socket);
          listener.accept(socket, local);
        };
        return ListenSocket.listen(listener.address, backlogOf(listener), { accept }, this.#fds?.[at]);
      },
      nextConnectionId: () => Atomics.add(memory.connectionIds, 0, 1) >>> 0,
      ticketKeys: ticketKeySource(memory.ticketSecret),
      logLock: new SharedFileLock(memory.fileLocks),
    };
  }

  async #load(message: LoadMessage): Promise<void> {
    this.#message = message;
    const { index, flags } = this.#data;
    // What there is to say of the config the main thread has said.
    const quiet = createLoggers(
      { ...flags, logLevel: 'off', componentLogLevels: [] },
      process.pid + 1 + index,
    );
    this.#server = createServer(flags, quiet, this);
    await this.#server.load();
    quiet.setLevel(flags.logLevel);
    for (const [name, level] of flags.componentLogLevels) quiet.find(name)?.setLevel(level);
    const places = this.#places!;
    this.#places = undefined;
    this.#data.places.postMessage(places);
  }

  async #listen(fds: readonly number[] | undefined): Promise<void> {
    this.#fds = fds;
    await this.#server.listeners.start();
    const sockets = this.#server.listeners.listeners.map(({ socket }): OpenedSocket => {
      return { fd: socket instanceof ListenSocket ? socket.fd : -1, local: socket!.local };
    });
    say({ kind: 'listening', sockets });
  }

  /** The first worker serves datagrams: Node shares no socket of theirs among threads. */
  async #openUdp(listener: UdpListener): Promise<BoundSocket> {
    if (this.#fds === undefined) return UdpSocket.bind(listener);
    return { local: listener.address, workers: 1, listening: false, close: () => {} };
  }

  #command(number: number, command: Command): void {
    // All threads close one file descriptor: none may get its number for something new before the last has.
    if (command.kind === 'stop') {
      this.#rendezvous.meet();
      execute(command, this.#server);
      this.#rendezvous.meet();
    } else execute(command, this.#server);
    const { done } = this.#data.memory;
    Atomics.store(done, this.#data.index, number);
    Atomics.notify(done, this.#data.index);
  }

  #announce(place: StatPlace): void {
    if (place.name.endsWith('.expiration_unix_time_seconds')) return;
    if (this.#places === undefined) this.#data.places.postMessage([place]);
    else this.#places.push(place);
  }

  async #orSay(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      this.#failed = true;
      say({ kind: 'failed', message: error.message, hint: error.hint });
    }
  }
}

function say(message: FromWorker): void {
  parentPort!.postMessage(message);
}
