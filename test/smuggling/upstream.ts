import { createServer, type Server, type Socket } from 'node:net';
import { keyField } from './config.ts';
import { type PartialRequest, readStrictly, type StrictRequest } from './strict-request.ts';
import { answers } from './upstream-answers.ts';

/** What the upstream saw of one client's connection. */
export interface Seen {
  /** Whole requests, as text: line, fields in order, body, trailers. */
  readonly requests: string[];
  /** `METHOD TARGET HOST` of those whose end never came. */
  readonly partial: string[];
}

/** A server that reads what a proxy sends strictly, and answers each request what its path says. */
export class SmugglingUpstream implements AsyncDisposable {
  /** By the key of the client's connection. */
  readonly seen = new Map<string, Seen>();
  /** What is no request, or nobody's: that a proxy wrote it is a finding in itself. */
  readonly strays: string[] = [];
  /** Grows with all that happens. */
  activity = 0;
  readonly #server: Server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', 4096, resolve));
    return (this.#server.address() as { port: number }).port;
  }

  reset(): void {
    this.seen.clear();
    this.strays.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    let text = '';
    let head: PartialRequest | undefined;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      this.activity++;
      text += data.toString('latin1');
      try {
        for (;;) {
          const request = readStrictly(text);
          head = request !== undefined && 'partial' in request ? request.partial : undefined;
          if (request === undefined || 'partial' in request) return;
          this.#record(request);
          text = text.slice(request.end);
          socket.write(answerTo(request), 'latin1');
        }
      } catch (error) {
        this.strays.push(`${(error as Error).message} in ${JSON.stringify(text.slice(0, 2000))}`);
        socket.destroy();
      }
    });
    socket.on('close', () => {
      this.activity++;
      this.#sockets.delete(socket);
      if (head !== undefined) this.#of(head)?.partial.push(nameOf(head));
      else if (text !== '') this.strays.push(`cut off: ${JSON.stringify(text.slice(0, 2000))}`);
    });
  }

  #record(request: StrictRequest): void {
    const { body, trailers, fields } = request;
    const shown = fields.filter(([name]) => name !== keyField).map(([name, value]) => `${name}: ${value}`);
    this.#of(request)?.requests.push([nameOf(request), ...shown, '', body, trailers].join('\n'));
  }

  #of(request: PartialRequest): Seen | undefined {
    const keys = request.fields.filter(([name]) => name === keyField).map(([, value]) => value);
    if (keys.length !== 1) {
      this.strays.push(`of ${keys.length} clients: ${JSON.stringify(request)}`);
      return undefined;
    }
    const seen = this.seen.get(keys[0]!) ?? { requests: [], partial: [] };
    this.seen.set(keys[0]!, seen);
    return seen;
  }
}

function nameOf({ method, target, fields }: PartialRequest): string {
  return `${method} ${target} ${fields.find(([name]) => name.toLowerCase() === 'host')?.[1]}`;
}

function answerTo({ method, target }: StrictRequest): string {
  const scripted = answers[target.slice(1)];
  if (scripted !== undefined) return scripted;
  return `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n${method === 'HEAD' ? '' : 'ok'}`;
}
