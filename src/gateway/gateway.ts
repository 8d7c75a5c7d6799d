import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { LabError } from '../error.ts';
import { FreshView } from './fresh-view.ts';
import { stopAtDoor } from './guard/door.ts';
import { Session } from './guard/session.ts';
import type { GatewayLab, LabView } from './lab.ts';
import { type Destination, LabPages } from './lab-pages.ts';
import { placeOf } from './links/place.ts';
import { ownReply } from './own-pages.ts';
import { type PageList, pageList } from './page/list.ts';
import { messageReply, type Reply, redirectReply, send, sendRaw } from './reply.ts';

/** The pages of a lab on one address of the loopback. Disposing ends it, and every connection through it. */
export interface Gateway extends AsyncDisposable {
  readonly port: number;
  /** The index page; whoever has this address gets in. */
  readonly url: string;
  /** The same for one visit within a minute. */
  ticketUrl(): string;
  /** Every page with its address; whoever has one of them gets in. */
  list(): Promise<PageList>;
}

/**
 * Opens a gateway on 127.0.0.1.
 *
 * @param options.port 0: any free one
 * @throws LabError `runtime` when the port cannot be had
 */
export async function openGateway(lab: GatewayLab, options: { readonly port: number }): Promise<Gateway> {
  const server = createServer();
  const port = await listen(server, options.port);
  const running = new RunningGateway(lab, server, port);
  return {
    port,
    url: running.urlOf('/'),
    ticketUrl: () => running.ticketUrl(),
    list: () => running.list(),
    [Symbol.asyncDispose]: () => running.close(),
  };
}

class RunningGateway {
  readonly #server: Server;
  readonly #port: number;
  readonly #session: Session;
  readonly #view: FreshView;
  readonly #pages: LabPages;
  /** Those that have become WebSockets: the server forgets them. */
  readonly #upgraded = new Set<Socket>();

  constructor(lab: GatewayLab, server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    this.#session = new Session(port);
    this.#view = new FreshView(lab);
    this.#pages = new LabPages(lab);
    server.on('request', (request, response) => void this.#request(request, response));
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket as Socket, head));
  }

  /** The whole address of a path, with the token. */
  urlOf(path: string): string {
    const to = path === '/' ? '' : `&to=${encodeURIComponent(path).replaceAll('%2F', '/')}`;
    return `http://127.0.0.1:${this.#port}/?token=${this.#session.token}${to}`;
  }

  ticketUrl(): string {
    return `http://127.0.0.1:${this.#port}/?token=${this.#session.ticket()}`;
  }

  async list(): Promise<PageList> {
    return pageList(await this.#view.get(), (path) => this.urlOf(path));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      for (const socket of this.#upgraded) socket.destroy();
    });
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A browser that goes away is no failure of ours.
    request.on('error', () => {});
    response.on('error', () => {});
    const way = await this.#way(request, false);
    if ('status' in way) send(request, response, way);
    else await this.#pages.pass(request, response, way);
  }

  async #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
    socket.on('error', () => socket.destroy());
    const way = await this.#way(request, true);
    if (!('status' in way)) await this.#pages.upgrade(request, socket, head, way);
    else if (!socket.destroyed) sendRaw(socket, way);
  }

  /** Where a request goes on to, or what it is answered here. */
  async #way(request: IncomingMessage, upgrade: boolean): Promise<Destination | Reply> {
    const stopped = stopAtDoor(request, upgrade, this.#session, this.#port);
    if (stopped !== undefined) return stopped;
    if (upgrade && (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket')) {
      return messageReply(request, 400, 'This upgrade is refused', ['Only WebSockets pass here.']);
    }
    let view: LabView;
    try {
      view = await this.#view.get();
    } catch (error) {
      return messageReply(request, 502, 'The lab does not answer', [(error as Error).message]);
    }
    const { url = '/' } = request;
    const origin = `http://${request.headers.host}`;
    const found = placeOf(url, view);
    if (found === undefined) return ownReply(request, view, { origin, session: this.#session });
    if (!found.rest.startsWith('/')) return redirectReply(`${found.place.prefix}/${found.rest}`, 308);
    return { place: found.place, path: found.rest, view, origin };
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'something else listens there'
          : error.code === 'EACCES'
            ? 'this user may not take it'
            : error.message;
      reject(
        new LabError('runtime', `cannot listen on 127.0.0.1:${port}: ${why}`, {
          hint: 'take another with --port, or none for any that is free',
          cause: error,
        }),
      );
    });
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  return (server.address() as AddressInfo).port;
}
