import { createServer, type Server, type Socket } from 'node:net';
import type { UpstreamScript } from './case.ts';
import { frame } from './message.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** What an upstream saw on one connection. */
export interface UpstreamConnection {
  received: string;
  end: 'open' | 'fin' | 'reset';
}

/** A server that answers by script and remembers every byte. */
export class Upstream implements AsyncDisposable {
  readonly connections: UpstreamConnection[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #script: UpstreamScript;
  #answered = 0;

  private constructor(script: UpstreamScript) {
    this.#script = script;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
  }

  static async start(script: UpstreamScript): Promise<{ upstream: Upstream; port: number }> {
    const upstream = new Upstream(script);
    await new Promise<void>((resolve, reject) => {
      upstream.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const { port } = upstream.#server.address() as { port: number };
    if (script.refuse) await upstream[Symbol.asyncDispose]();
    return { upstream, port };
  }

  get bytes(): number {
    return this.connections.reduce((sum, connection) => sum + connection.received.length, 0);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const connection: UpstreamConnection = { received: '', end: 'open' };
    this.connections.push(connection);
    socket.setNoDelay(true);
    let at = 0;
    let handled = false;
    socket.on('error', () => {
      connection.end = 'reset';
    });
    socket.on('end', () => {
      if (connection.end === 'open') connection.end = 'fin';
      socket.end();
    });
    socket.on('data', (data) => {
      connection.received += data.toString('latin1');
      for (;;) {
        const { headEnd, end } = frame(connection.received, at, 'request');
        const answers = this.#script.answers ?? [{}];
        const answer = answers[Math.min(this.#answered, answers.length - 1)]!;
        const due = answer.on === 'head' ? headEnd >= 0 : end >= 0;
        if (due && !handled) {
          handled = true;
          this.#answered++;
          const { raw = ok, finally: after = 'keep' } = answer;
          if (raw !== '') socket.write(raw, 'latin1');
          if (after === 'close') socket.end();
          if (after === 'reset') socket.resetAndDestroy();
        }
        if (end < 0) return;
        at = end;
        handled = false;
        if (at >= connection.received.length) return;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }
}
