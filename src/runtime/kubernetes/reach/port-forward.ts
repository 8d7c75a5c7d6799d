import { Duplex } from 'node:stream';
import { LabError } from '../../../error.ts';
import { ApiError, explain } from '../api/failure.ts';
import { pathOf } from '../api/objects.ts';
import type { WebSocketClient } from '../api/web-socket.ts';
import type { LabAt } from '../place.ts';

const PROTOCOL = 'v4.channel.k8s.io';
const channel = { data: 0, error: 1 } as const;
/** How long after the server's own answer a refusal may come: nothing says that a connection stands. In ms. */
const QUIET_MS = 40;
/** How long what comes back is waited for after the user has said all, in ms without a byte: there is no half-close. */
const LINGER_MS = 2000;

export interface ForwardOptions {
  /** Wait until it is known that somebody listens there. */
  readonly sure: boolean;
}

/**
 * A connection to a port of a pod, on its loopback, through the API server.
 * @param node for messages
 * @throws LabError `runtime` whose cause has the code `ECONNREFUSED` when nothing listens there now
 */
export async function forwardPort(
  { api, namespace }: LabAt,
  { node, pod, port }: { readonly node: string; readonly pod: string; readonly port: number },
  { sure }: ForwardOptions,
): Promise<Duplex> {
  const begun = Date.now();
  let socket: WebSocketClient;
  try {
    socket = await api.webSocket(`${pathOf('Pod', namespace, pod)}/portforward`, { ports: String(port) }, [
      PROTOCOL,
    ]);
  } catch (error) {
    if (error instanceof ApiError && [404, 400, 500].includes(error.status))
      throw refused(node, port, error.message);
    throw explain(error, `connect to port ${port} of ${node}`);
  }
  const connection = new Forwarded(socket);
  if (!sure) return connection;
  // The way to the machine and back was part of the handshake.
  const trouble = await connection.settled(QUIET_MS + 2 * (Date.now() - begun));
  if (trouble === undefined) return connection;
  connection.on('error', () => {});
  connection.destroy();
  throw refused(node, port, trouble);
}

/**
 * The error for a port that nothing listens on; its cause has the code `ECONNREFUSED`.
 * @param said why, in the words of the cluster
 */
export function refused(node: string, port: number, said: string): LabError {
  return new LabError('runtime', `nothing listens on port ${port} of ${node}`, {
    cause: Object.assign(new Error(said), { code: 'ECONNREFUSED' }),
  });
}

/** One forwarded connection as a stream of bytes. */
class Forwarded extends Duplex {
  readonly #socket: WebSocketClient;
  #resume: (() => void) | undefined;
  #trouble: string | undefined;
  #told: (() => void) | undefined;
  #linger: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(socket: WebSocketClient) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#pump().catch((error: unknown) => this.destroy(error as Error));
  }

  /** Why the machine refused it; undefined when it has not within `ms`, or something came. */
  settled(ms: number): Promise<string | undefined> {
    return new Promise((resolve) => {
      const done = () => resolve(this.#trouble);
      this.#told = done;
      setTimeout(done, ms);
      if (this.#trouble !== undefined) done();
    });
  }

  async #pump(): Promise<void> {
    const numbered = new Set<number>();
    for await (const message of this.#socket.messages()) {
      const from = message[0] ?? 0;
      const bytes = message.subarray(1);
      // The first message of each channel is the port's number.
      if (!numbered.has(from)) {
        numbered.add(from);
        if (bytes.length === 2) continue;
      }
      if (bytes.length === 0) continue;
      if (from === channel.error) {
        this.#trouble = bytes.toString('utf8').trim();
        this.#told?.();
        throw Object.assign(new Error(this.#trouble), { code: 'ECONNREFUSED' });
      }
      this.#told?.();
      this.#lingerAnew();
      if (!this.push(Buffer.from(bytes))) {
        await new Promise<void>((resolve) => {
          this.#resume = resolve;
        });
      }
    }
    this.#ended = true;
    this.#told?.();
    clearTimeout(this.#linger);
    this.push(null);
  }

  override _read(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#socket.send(Buffer.from([channel.data]), chunk).then(() => done(), done);
  }

  override _final(done: () => void): void {
    done();
    if (!this.#ended) this.#lingerAnew(true);
  }

  #lingerAnew(begin = false): void {
    if (this.#linger === undefined && !begin) return;
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => this.#socket.close(), LINGER_MS);
    this.#linger.unref();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#linger);
    this.#resume?.();
    this.#socket.close();
    done(error);
  }
}
