import type { Socket as UdpSocket } from 'node:dgram';
import type { Server, Socket } from 'node:net';
import type { WireError } from '../protocol/messages.ts';
import { fromWire } from '../protocol/wire-error.ts';
import type { BindRequest, Bound, PortBinder } from './publisher.ts';

/**
 * What the inner half asks of the outer half over Node's IPC channel; the outer half lives in the host's network and PID
 * namespaces. A bound port comes back as a handle: from then on the inner half accepts on it by itself.
 */
export type Ask =
  | ({ readonly ask: 'bind' } & BindRequest)
  | { readonly ask: 'resolve'; readonly query: string }
  | { readonly ask: 'hostPids'; readonly pids: readonly number[] };

export type Question = Ask & { readonly id: number };

export type Answer =
  | { readonly id: number; readonly ok: unknown }
  | { readonly id: number; readonly error: WireError };

/** A connection that arrived at the outer half while its port was on the way; it belongs to answer `id`. */
export interface StrayConnection {
  readonly stray: number;
}

/** What the inner half tells the outer half unasked. */
export type Notice = { readonly notice: 'ready' } | { readonly notice: 'failed'; readonly error: WireError };

interface Waiting {
  resolve(value: { ok: unknown; handle: Server | UdpSocket | undefined }): void;
  reject(error: Error): void;
}

/** The inner half's end. */
export class OuterHalf implements PortBinder {
  readonly #channel: NodeJS.Process;
  readonly #waiting = new Map<number, Waiting>();
  readonly #servers = new Map<number, Server>();
  #next = 0;

  /** @param channel the inner half's process, which has an IPC channel */
  constructor(channel: NodeJS.Process) {
    this.#channel = channel;
    channel.on('message', (message, handle) =>
      this.#receive(message as Answer | StrayConnection, handle as Server | UdpSocket | Socket | undefined),
    );
  }

  #receive(message: Answer | StrayConnection, handle: Server | UdpSocket | Socket | undefined): void {
    if ('stray' in message) {
      this.#servers.get(message.stray)?.emit('connection', handle as Socket);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) waiting?.reject(fromWire(message.error));
    else waiting?.resolve({ ok: message.ok, handle: handle as Server | UdpSocket | undefined });
  }

  async bind(request: BindRequest): Promise<Bound> {
    const id = this.#next;
    const { ok, handle } = await this.#ask({ ask: 'bind', ...request });
    const had = ok as Pick<Bound, 'port' | 'moved'>;
    if (request.protocol === 'udp') return { ...had, protocol: 'udp', socket: handle as UdpSocket };
    const server = handle as Server;
    this.#servers.set(id, server);
    server.once('close', () => this.#servers.delete(id));
    return { ...had, protocol: 'tcp', server };
  }

  async resolve(query: Buffer): Promise<Buffer | undefined> {
    const { ok } = await this.#ask({ ask: 'resolve', query: query.toString('base64') });
    return ok === null ? undefined : Buffer.from(ok as string, 'base64');
  }

  async hostPids(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    if (pids.length === 0) return new Map();
    const { ok } = await this.#ask({ ask: 'hostPids', pids });
    return new Map(ok as [number, number][]);
  }

  notify(notice: Notice): void {
    this.#channel.send!(notice);
  }

  #ask(question: Ask): Promise<{ ok: unknown; handle: Server | UdpSocket | undefined }> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#channel.send!({ ...question, id });
    });
  }
}
