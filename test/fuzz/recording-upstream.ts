import { createServer, type Server, type Socket } from 'node:net';
import { keyField } from './config.ts';
import { readMessage } from './message-text.ts';

const keyLine = new RegExp(`\r\n${keyField}: ([0-9-]+)(?=\r\n|$)`);

/** Answers every request 200 and writes down how it came, by the connection it came from. */
export class RecordingUpstream implements AsyncDisposable {
  /** Requests by the key of their client's connection. */
  readonly requests = new Map<string, string[]>();
  /** What came and is no request of anybody: a proxy wrote what is none. */
  readonly strays: string[] = [];
  /** Counts what happens, so that a caller sees when nothing does any more. */
  activity = 0;
  readonly #server: Server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', 4096, resolve));
    return (this.#server.address() as { port: number }).port;
  }

  /** Forgets all, connections included. */
  reset(): void {
    this.requests.clear();
    this.strays.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    let text = '';
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      this.activity++;
      text += data.toString('latin1');
      for (;;) {
        const message = readMessage(text, 0);
        if (message === undefined || message.partial) return;
        this.#record(text.slice(0, message.end), message.head, message.body, message.trailers, '');
        text = text.slice(message.end);
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n${message.head.startsWith('HEAD ') ? '' : 'ok'}`,
        );
      }
    });
    socket.on('close', () => {
      this.activity++;
      this.#sockets.delete(socket);
      if (text === '') return;
      const message = readMessage(text, 0);
      this.#record(text, message?.head ?? '', message?.body ?? '', '', ' (partial)');
    });
  }

  #record(raw: string, head: string, body: string, trailers: string, end: string): void {
    const key = keyLine.exec(head)?.[1];
    if (key === undefined) {
      this.strays.push(raw);
      return;
    }
    const list = this.requests.get(key) ?? [];
    list.push([head.replace(keyLine, ''), body, trailers].join('\r\n\r\n') + end);
    this.requests.set(key, list);
  }
}

/** A recorded request whose end never came. */
export function isPartial(request: string): boolean {
  return request.endsWith(' (partial)');
}
