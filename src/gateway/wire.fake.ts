import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How long a test waits for bytes, in ms. */
const WAIT_MS = 5000;

/** One end of a connection, byte for byte. */
export class Wire {
  readonly socket: Socket;
  /** All that came. */
  text = '';
  readonly #ended: Promise<'end' | 'reset'>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.text += chunk;
    });
    this.#ended = new Promise((resolve) => {
      socket.once('end', () => resolve('end'));
      socket.once('error', () => resolve('reset'));
      socket.once('close', () => resolve('reset'));
    });
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Resolves when what came matches. */
  async has(pattern: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(WAIT_MS);
    while (!pattern.test(this.text)) {
      if (this.socket.destroyed || this.socket.readableEnded) throw new Error(`ended: ${this.text}`);
      await Promise.race([once(this.socket, 'data', { signal }), this.#ended]);
    }
    return this.text;
  }

  /** How the other end let go: all that came before is in `text`. */
  async ended(): Promise<'end' | 'reset'> {
    const never = AbortSignal.timeout(WAIT_MS);
    const late = once(never, 'abort').then(() => {
      throw new Error(`still open: ${this.text}`);
    });
    return Promise.race([this.#ended, late]);
  }
}

/** A TCP server of a test, told what to do with each connection. */
export class WireServer implements AsyncDisposable {
  readonly wires: Wire[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(serve: (wire: Wire) => void): Promise<WireServer> {
    const server = createServer({ allowHalfOpen: true });
    const made = new WireServer(server);
    server.on('connection', (socket) => {
      const wire = new Wire(socket);
      made.wires.push(wire);
      serve(wire);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return made;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The connection of that number, from 0, when it is there. */
  async wire(index: number): Promise<Wire> {
    const deadline = Date.now() + WAIT_MS;
    while (this.wires[index] === undefined) {
      if (Date.now() > deadline) throw new Error(`only ${this.wires.length} connections`);
      await new Promise(setImmediate);
    }
    return this.wires[index];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.wires) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A connection to a port of 127.0.0.1 with this already written to it. */
export async function dialWire(port: number, text = ''): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1' });
  const wire = new Wire(socket);
  await once(socket, 'connect');
  if (text !== '') wire.send(text);
  return wire;
}
