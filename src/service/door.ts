import { createServer, type Server, type Socket } from 'node:net';

/** Waiting connections that the kernel keeps; it may allow fewer. */
const BACKLOG = 4096;

/**
 * A port that is open only at times: a service without a ready replica refuses connections, as Kubernetes' does. Connections
 * that were taken stay when it closes.
 */
export class Door {
  readonly #at: { readonly host: string; readonly port: number };
  readonly #take: (client: Socket) => void;
  readonly #fail: (error: Error) => void;
  #server: Server | undefined;
  #opened = Promise.resolve();

  /** @param fail told when the port cannot be opened, or no longer be listened at */
  constructor(
    at: { readonly host: string; readonly port: number },
    take: (client: Socket) => void,
    fail: (error: Error) => void,
  ) {
    this.#at = at;
    this.#take = take;
    this.#fail = fail;
  }

  /** Resolves when connections are taken, or it was closed meanwhile. */
  open(): Promise<void> {
    if (this.#server !== undefined) return this.#opened;
    const server = createServer({ allowHalfOpen: true }, this.#take);
    this.#server = server;
    this.#opened = new Promise((resolve) => {
      server.on('error', this.#fail);
      server.on('close', resolve);
      server.listen({ ...this.#at, backlog: BACKLOG }, resolve);
    });
    return this.#opened;
  }

  close(): void {
    this.#server?.close();
    this.#server = undefined;
  }
}
