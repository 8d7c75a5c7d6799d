import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { content, digest } from './content.ts';

/**
 * What stands behind the proxy: `GET /…?seed=S&size=N` gives those bytes, `POST` the digest of what came, an upgrade
 * sends every byte back. It can be taken away and come back on the same port.
 */
export class SoakUpstream implements AsyncDisposable {
  port = 0;
  readonly #make: () => NetServer;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  #server: NetServer | undefined;

  private constructor(make: () => NetServer, host: string) {
    this.#make = make;
    this.#host = host;
  }

  /** `host`: the loopback address it listens on. */
  static async start(protocol: 'http1' | 'http2', host = '127.0.0.1', port = 0): Promise<SoakUpstream> {
    const make = protocol === 'http1' ? http1 : () => createHttp2Server(answer as never);
    const upstream = new SoakUpstream(make as () => NetServer, host);
    upstream.port = port;
    await upstream.start();
    return upstream;
  }

  async start(): Promise<void> {
    const server = this.#make();
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(this.port, this.#host, resolve),
    );
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Dies with all its connections. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    this.#server = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server !== undefined) await this.stop();
  }
}

function http1(): Server {
  const server = createServer({ keepAliveTimeout: 0 }, answer);
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${request.headers.upgrade}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  return server;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.on('error', () => {});
  request.on('error', () => {});
  if (request.method === 'GET') {
    const query = new URL(request.url ?? '/', 'http://h').searchParams;
    response.end(content(Number(query.get('seed')), Number(query.get('size'))));
    return;
  }
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => response.end(digest(Buffer.concat(parts))));
}
