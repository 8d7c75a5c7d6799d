import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What a test's upstream does with a request; `count` is its number on the connection, from 1. */
export type Answer = (socket: Socket, count: number, head: string) => void;

export const okResponse = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** An upstream on 127.0.0.1 that a test scripts, one call a request head. */
export class TestUpstream implements AsyncDisposable {
  connections = 0;
  onConnection: ((socket: Socket) => void) | undefined;
  readonly sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(answer: Answer) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.connections++;
      this.sockets.add(socket);
      this.onConnection?.(socket);
      let text = '';
      let count = 0;
      socket.on('data', (data) => {
        text += data.toString('latin1');
        for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
          const head = text.slice(0, end);
          text = text.slice(end + 4);
          answer(socket, ++count, head);
        }
        // Of a body only the end may begin the next head.
        text = text.slice(-65_536);
      });
      socket.on('end', () => socket.end());
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(answer: Answer = (socket) => socket.write(okResponse)): Promise<TestUpstream> {
    const upstream = new TestUpstream(answer);
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A port nobody listens on. */
export async function refusedPort(): Promise<number> {
  const upstream = await TestUpstream.start();
  const { port } = upstream;
  await upstream[Symbol.asyncDispose]();
  return port;
}
