import { createServer, type Server, type Socket } from 'node:net';
import type { ResponseInput } from './input.ts';

/**
 * Answers the request for `/7` with the bytes of case 7. Answers are held until all have asked: so each case has a
 * connection of its own, and none is used again.
 */
export class ScriptedUpstream implements AsyncDisposable {
  /** Cases whose upstream connection the proxy has closed. */
  readonly closed = new Set<number>();
  /** Counts what happens, so that a caller sees when nothing does any more. */
  activity = 0;
  /** Cases that have asked. */
  readonly #asked = new Map<number, Socket>();
  readonly #server: Server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', 4096, resolve));
    return (this.#server.address() as { port: number }).port;
  }

  get askedCount(): number {
    return this.#asked.size;
  }

  /** Says to each that has asked what it is to hear. */
  answer(cases: ReadonlyMap<number, ResponseInput>): void {
    for (const [index, socket] of this.#asked) {
      const one = cases.get(index);
      if (one === undefined) continue;
      socket.write(one.bytes);
      if (one.behind === 'fin') socket.end();
    }
  }

  /** Ends all connections and forgets them. */
  reset(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#asked.clear();
    this.closed.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reset();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    let index = -1;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    const closed = () => {
      this.activity++;
      if (this.#asked.get(index) === socket) this.closed.add(index);
    };
    socket.on('error', closed);
    socket.on('end', closed);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (data) => {
      this.activity++;
      const asked = /^[A-Z]+ \/(\d+) /.exec(data.toString('latin1'));
      if (asked === null) return;
      index = Number(asked[1]);
      this.#asked.set(index, socket);
    });
  }
}
