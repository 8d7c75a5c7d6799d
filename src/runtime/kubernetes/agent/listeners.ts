import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { reset } from '../../reset.ts';
import type { ObservedPort } from '../../runtime.ts';
import { splice } from '../../splice.ts';

export type NodePort = ObservedPort & { readonly node: string };

interface Listening {
  readonly hostPort: number;
  readonly server: Server;
  readonly open: Set<Socket>;
}

/** Published ports on 127.0.0.1; every connection is joined with one to the node, or reset where none can be had. */
export class Listeners {
  readonly #connect: (node: string, port: number) => Promise<Duplex>;
  readonly #listening = new Map<string, Listening>();
  #refused: readonly number[] = [];
  #turn: Promise<void> = Promise.resolve();

  constructor(connect: (node: string, port: number) => Promise<Duplex>) {
    this.#connect = connect;
  }

  /** Numbers of the host's ports that are open, and of those that could not be opened. */
  get ports(): { readonly open: readonly number[]; readonly refused: readonly number[] } {
    const open = [...this.#listening.values()].map(({ hostPort }) => hostPort);
    return { open, refused: this.#refused };
  }

  /** Opens and closes until just these are open; one that cannot be opened is tried again the next time. */
  become(ports: readonly NodePort[]): Promise<void> {
    this.#turn = this.#turn.then(() => this.#change(ports));
    return this.#turn;
  }

  async #change(ports: readonly NodePort[]): Promise<void> {
    const wanted = new Map(ports.map((port) => [`${port.node} ${port.port} ${port.hostPort}`, port]));
    for (const [key, { server, open }] of this.#listening) {
      if (wanted.has(key)) continue;
      this.#listening.delete(key);
      for (const socket of open) reset(socket);
      await new Promise((resolve) => server.close(resolve));
    }
    const refused: number[] = [];
    for (const [key, port] of wanted) {
      if (this.#listening.has(key)) continue;
      const listening = await this.#open(port).catch(() => undefined);
      if (listening === undefined) refused.push(port.hostPort);
      else this.#listening.set(key, listening);
    }
    this.#refused = refused;
  }

  async #open({ node, port, hostPort }: NodePort): Promise<Listening> {
    const open = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (downstream) => {
      open.add(downstream);
      downstream.on('close', () => open.delete(downstream));
      downstream.on('error', () => {});
      this.#connect(node, port).then(
        (upstream) => splice(downstream, upstream),
        () => reset(downstream),
      );
    });
    await once(server.listen({ host: '127.0.0.1', port: hostPort, exclusive: true }), 'listening');
    server.on('error', () => {});
    return { hostPort, server, open };
  }
}
