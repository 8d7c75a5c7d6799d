import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { ServiceProbe } from '../runtime/node-spec.ts';
import { reset } from '../runtime/reset.ts';
import type { ForwarderState } from './config.ts';
import { Forwarder } from './forwarder.ts';

// Replicas of a service on this machine: Linux answers on all of 127.0.0.0/8, so each has an address of its own, and the
// same port everywhere. The forwarder listens at one more address, at that port too: nobody else has it there.

const forwarderAddress = '127.0.0.9';

/** A TCP server in the place of a replica. */
export class Replica {
  readonly address: string;
  readonly sockets = new Set<Socket>();
  readonly #serve: (socket: Socket, address: string) => void;
  #server: Server | undefined;

  constructor(address: string, serve: (socket: Socket, address: string) => void) {
    this.address = address;
    this.#serve = serve;
  }

  /** Opens it; the port it has. */
  async open(port = 0): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
      this.#serve(socket, this.address);
    });
    this.#server = server;
    server.listen(port, this.address);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** Ends it as a process that is killed does. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.sockets) reset(socket);
    await closed;
  }
}

/** A replica's answer that tells who it is, then the end. */
export function tellAddress(socket: Socket, address: string): void {
  socket.resume();
  socket.end(address);
}

/** An HTTP server that answers every request with a status that can be set; with 0 it does not answer. */
export async function healthServer(address: string, port: number, status: () => number) {
  const server = createHttpServer((_, response) => {
    response.statusCode = status() || 500;
    if (status() !== 0) response.end();
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export interface BenchOptions {
  readonly serve?: (socket: Socket, address: string) => void;
  /** The probes, of the replicas' port. */
  readonly ready?: (port: number) => readonly ServiceProbe[];
  /** How many replicas are ready at first; all when absent. */
  readonly expect?: number;
}

/** Replicas behind a forwarder. Disposing it ends them all. */
export class Bench implements AsyncDisposable {
  readonly replicas: readonly Replica[];
  readonly port: number;
  readonly log: string[] = [];
  /** What the name of the replicas leads to. */
  addresses: readonly string[];
  state: ForwarderState = { endpoints: [] };
  readonly #forwarder: Forwarder;
  #changed = () => {};

  private constructor(replicas: readonly Replica[], port: number, ready: readonly ServiceProbe[]) {
    this.replicas = replicas;
    this.port = port;
    this.addresses = replicas.map(({ address }) => address);
    this.#forwarder = new Forwarder({
      config: { service: 'web', selects: 'pod', ports: [{ port, target: port }], ready },
      host: forwarderAddress,
      log: (line) => this.log.push(line),
      tell: (state) => {
        this.state = state;
        this.#changed();
      },
      fail: (error) => {
        throw error;
      },
      lookUp: async () => this.addresses,
    });
  }

  /** @param count how many replicas there are */
  static async open(
    count: number,
    { serve = tellAddress, ready = () => [], expect = count }: BenchOptions = {},
  ): Promise<Bench> {
    const replicas = Array.from({ length: count }, (_, index) => new Replica(`127.0.0.${index + 2}`, serve));
    let port = 0;
    for (const replica of replicas) port = await replica.open(port);
    const bench = new Bench(replicas, port, ready(port));
    await bench.until(expect);
    return bench;
  }

  /** Resolves when so many replicas are ready; fails after 10 s. */
  async until(count: number): Promise<void> {
    const isSo = () => this.state.endpoints.filter(({ ready }) => ready.length > 0).length === count;
    await new Promise<void>((resolve, reject) => {
      const late = () =>
        reject(new Error(`never ${count} ready: ${JSON.stringify(this.state)}\n${this.log.join('\n')}`));
      const timer = setTimeout(late, 10_000);
      this.#changed = () => {
        if (!isSo()) return;
        clearTimeout(timer);
        resolve();
      };
      this.#changed();
    });
  }

  /** A connection to the service. */
  async connect(): Promise<Socket> {
    const socket = connect({ host: forwarderAddress, port: this.port, allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  }

  /** What a connection to the service is answered; rejects when it breaks. */
  async ask(): Promise<string> {
    const socket = await this.connect();
    let text = '';
    for await (const part of socket) text += String(part);
    socket.end();
    return text;
  }

  /** How often each replica answers so many connections, one after the other. */
  async spread(count: number): Promise<Readonly<Record<string, number>>> {
    const answers: Record<string, number> = {};
    for (let index = 0; index < count; index++) {
      const address = await this.ask();
      answers[address] = (answers[address] ?? 0) + 1;
    }
    return answers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forwarder.close();
    for (const replica of this.replicas) await replica.kill();
  }
}
