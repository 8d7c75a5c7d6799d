import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type Access, readAccess } from '../../src/runtime/kubernetes/api/kubeconfig.ts';

/** One thing that was asked of an API server, in the words of its rights. */
export interface Asked {
  /** Such as `create`. */
  readonly verb: string;
  /** Such as `pods` or `pods/exec`. */
  readonly resource: string;
}

/**
 * Stands before the API server that KUBECONFIG names: it can go away and come back, and it writes down what was asked. Who
 * says nothing of himself is who KUBECONFIG says.
 */
export class ApiProxy implements AsyncDisposable {
  readonly #access: Access;
  readonly #open = new Set<Socket>();
  readonly #server = createServer((request, response) => {
    this.#note(request);
    this.#ask(request).then(
      (asked) => {
        asked.on('response', (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          response.flushHeaders();
          answer.pipe(response);
          answer.on('error', () => response.destroy());
        });
        asked.on('error', () => response.destroy());
        response.on('close', () => asked.destroy());
        request.pipe(asked);
      },
      () => response.destroy(),
    );
  });
  /** Not of those that a system gives to whoever asks for any: nobody else is to have it while this is away. */
  readonly #port = 20_000 + randomInt(10_000);
  /** How many requests there have been. */
  count = 0;
  readonly asked = new Map<string, Asked>();

  private constructor(access: Access) {
    this.#access = access;
    this.#server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket));
      socket.on('error', () => {});
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#note(request);
      this.#ask(request).then((asked) => {
        asked.on('upgrade', (answer, upstream: Socket, rest) => {
          const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
          for (let at = 0; at < answer.rawHeaders.length; at += 2)
            lines.push(`${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`);
          socket.write(`${lines.join('\r\n')}\r\n\r\n`);
          socket.write(rest);
          upstream.write(head);
          upstream.pipe(socket).pipe(upstream);
          upstream.on('error', () => socket.destroy());
          upstream.on('close', () => socket.destroy());
          socket.on('close', () => upstream.destroy());
        });
        asked.on('response', (answer) => {
          socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nconnection: close\r\n\r\n`);
          answer.pipe(socket);
        });
        asked.on('error', () => socket.destroy());
        asked.end();
      }, socket.destroy);
    });
  }

  static async start(kubeconfig: string): Promise<ApiProxy> {
    const access = await readAccess({ kubeconfig });
    for (let tries = 1; ; tries++) {
      const proxy = new ApiProxy(access);
      try {
        await proxy.comeBack();
        return proxy;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === 20) throw error;
      }
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Connections break, and new ones are refused. */
  async goAway(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  async comeBack(): Promise<void> {
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.goAway();
  }

  async #ask({ method, url = '/', headers }: IncomingMessage) {
    const { server } = this.#access;
    const own = await this.#access.options();
    const { host: _, ...rest } = headers;
    const options: RequestOptions = { ...own, method, headers: { ...own.headers, ...rest } };
    // Header names are of any case: the asker's own say who it is.
    if (rest.authorization !== undefined) options.headers = rest;
    const send = server.startsWith('http:') ? httpRequest : httpsRequest;
    return send(server + url, { ...options, agent: own.agent ?? false });
  }

  #note({ method = '', url = '/' }: IncomingMessage): void {
    this.count++;
    const { pathname, searchParams } = new URL(url, 'http://proxy');
    const parts = pathname.replace(/^\/(api\/v1|apis\/[^/]+\/[^/]+)\//, '').split('/');
    if (parts.length === 0 || pathname === '/version') return;
    const [resource = '', name, below] =
      parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts;
    const one = name !== undefined;
    const verb =
      method === 'GET'
        ? one
          ? 'get'
          : searchParams.get('watch') === 'true'
            ? 'watch'
            : 'list'
        : { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method]!;
    const whole = below === undefined ? resource : `${resource}/${below}`;
    this.asked.set(`${verb} ${whole}`, { verb, resource: whole });
  }
}
