import { createServer, type Server, type Socket } from 'node:net';
import { isCompared, type Outcome } from './case.ts';

type Forwarded = Extract<Outcome, { kind: 'forwarded' }>;

/**
 * An upstream that answers every request 200 and writes down, under the value of its `x-case` field, how the
 * request looked on the wire. It reads only what Envoy writes.
 */
export class RecordingUpstream {
  readonly requests = new Map<string, Forwarded[]>();
  /** Counts bytes, so that a caller sees when nothing moves any more. */
  activity = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<RecordingUpstream> {
    const server = createServer();
    const upstream = new RecordingUpstream(server);
    server.on('connection', (socket) => upstream.#serve(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    let text = '';
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      this.activity++;
      text += data.toString('latin1');
      for (;;) {
        const end = readRequest(text, false);
        if (end === undefined) return;
        this.#record(end.key, end.request);
        text = text.slice(end.length);
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      }
    });
    socket.on('close', () => {
      this.activity++;
      this.#sockets.delete(socket);
      const rest = readRequest(text, true);
      if (rest !== undefined) this.#record(rest.key, rest.request);
    });
  }

  #record(key: string, request: Forwarded): void {
    const list = this.requests.get(key) ?? [];
    list.push(request);
    this.requests.set(key, list);
  }
}

/** The first request of `text`; undefined when it has not ended, unless `partial` asks for what there is of it. */
export function readRequest(
  text: string,
  partial: boolean,
): { request: Forwarded; key: string; length: number } | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [line = '', ...rest] = text.slice(0, headEnd).split('\r\n');
  const fields = rest.map((field) => [field.slice(0, field.indexOf(':')), field] as const);
  const value = (name: string) => fields.find(([n]) => n === name)?.[1].slice(name.length + 2);
  let at = headEnd + 4;
  let body = '';
  let trailers: string[] = [];
  let whole = true;
  if (value('transfer-encoding') === 'chunked') {
    whole = false;
    while (at < text.length) {
      const sizeEnd = text.indexOf('\r\n', at);
      if (sizeEnd < 0) break;
      const size = Number.parseInt(text.slice(at, sizeEnd), 16);
      if (size === 0) {
        const end = text.indexOf('\r\n\r\n', sizeEnd);
        if (end < 0) break;
        trailers = text
          .slice(sizeEnd + 2, end + 2)
          .split('\r\n')
          .filter((field) => field !== '');
        at = end + 4;
        whole = true;
        break;
      }
      body += text.slice(sizeEnd + 2, sizeEnd + 2 + size);
      at = sizeEnd + 4 + size;
    }
  } else {
    const length = Number(value('content-length') ?? 0);
    body = text.slice(at, at + length);
    whole = body.length === length;
    at += length;
  }
  if (!whole && !partial) return undefined;
  const compared = fields.filter(([name]) => isCompared(name)).map(([, field]) => shorten(field));
  const request = { kind: 'forwarded', line, fields: compared, body, trailers, partial: !whole } as const;
  return { request, key: value('x-case') ?? '', length: at };
}

/** Long text by its start, its length and its end: enough to tell two apart. */
export function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 40)}…${text.length}…${text.slice(-20)}` : text;
}
