import { connect, createServer, type Socket } from 'node:net';
import { MeasuredEnvoy, quiet } from './measured-envoy.ts';
import { isComparedInResponse, type ResponseCase, type ResponseVerdict } from './response-case.ts';
import { shorten } from './upstream.ts';

/** Lets a real Envoy ask for every case and reads off what it tells its client. */
export async function measureResponses(
  binary: string,
  cases: readonly ResponseCase[],
): Promise<Map<string, ResponseVerdict>> {
  const upstream = new ScriptedUpstream(cases);
  await upstream.start();
  try {
    await using envoy = await MeasuredEnvoy.start(binary, upstream.port, {
      default: { manager: { proxy_100_continue: true } },
    });
    const runs = await Promise.all(cases.map((one, i) => ask(one, i, envoy.ports.default!)));
    await quiet(() => upstream.activity + runs.reduce((sum, run) => sum + run.text.length, 0));
    const closed = [...upstream.closed];
    for (const run of runs) run.socket.destroy();
    await quiet(() => envoy.logSize);
    return new Map(
      cases.map((one, i) => {
        const run = runs[i]!;
        const [, , details = ''] = envoy.logOf(run.key)[0] ?? [];
        return [one.name, toVerdict(run.text, one.method, details, closed[i] ?? false)];
      }),
    );
  } finally {
    upstream.close();
  }
}

/** Answers the request for `/7` with the bytes of case 7. */
class ScriptedUpstream {
  readonly closed: boolean[] = [];
  activity = 0;
  readonly #cases: readonly ResponseCase[];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket));

  constructor(cases: readonly ResponseCase[]) {
    this.#cases = cases;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
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
    let index = -1;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      this.activity++;
      const asked = /^[A-Z]+ \/(\d+) /.exec(data.toString('latin1'));
      if (asked === null) return;
      index = Number(asked[1]);
      const one = this.#cases[index]!;
      socket.write(one.bytes, 'latin1');
      if (one.behind === 'fin') socket.end();
    });
    socket.on('end', () => {
      this.activity++;
      this.closed[index] = this.#cases[index]?.behind === 'nothing';
    });
  }
}

interface Run {
  readonly socket: Socket;
  /** Client's and listener's port. */
  readonly key: string;
  text: string;
}

async function ask(one: ResponseCase, index: number, port: number): Promise<Run> {
  const socket = connect(port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const run: Run = { socket, key: `${socket.localPort}-${port}`, text: '' };
  socket.on('error', () => {});
  socket.on('data', (data) => {
    run.text += data.toString('latin1');
  });
  const body = one.method === 'POST' ? 'content-length: 0\r\n' : '';
  socket.write(`${one.method} /${index} HTTP/1.1\r\nhost: h\r\n${body}\r\n`);
  return run;
}

/** Reads what Envoy wrote, which is well-formed, and what it logged. */
function toVerdict(text: string, method: string, details: string, closed: boolean): ResponseVerdict {
  const interim: string[] = [];
  let rest = text;
  let head = takeHead(rest);
  while (head !== undefined && head.status >= 100 && head.status < 200 && head.status !== 101) {
    interim.push([head.status, ...head.fields].join(' '));
    rest = rest.slice(head.length);
    head = takeHead(rest);
  }
  const reset = /\{([a-z_]+)/.exec(details)?.[1];
  // Envoy's own answer; after a 1xx the details say nonetheless that a response had started.
  const before =
    details.startsWith('upstream_reset_before_response_started') ||
    rest.includes('\r\n\r\nupstream connect error');
  const end = reset ?? (details === 'via_upstream' ? 'complete' : 'waiting');
  if (head === undefined || before) return { interim, status: 0, fields: [], body: '', end, closed };
  const body = method === 'HEAD' ? '' : bodyOf(rest.slice(head.length), head.chunked);
  return { interim, status: head.status, fields: head.fields, body, end, closed };
}

function takeHead(
  text: string,
): { status: number; fields: string[]; chunked: boolean; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...all] = text.slice(0, end).split('\r\n');
  const fields = all.filter((field) => isComparedInResponse(field.slice(0, field.indexOf(':')))).map(shorten);
  const chunked = all.includes('transfer-encoding: chunked');
  return { status: Number(line.split(' ')[1]), fields, chunked, length: end + 4 };
}

function bodyOf(text: string, chunked: boolean): string {
  if (!chunked) return text;
  let body = '';
  for (let at = 0; at < text.length; ) {
    const sizeEnd = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, sizeEnd), 16);
    if (size === 0) break;
    body += text.slice(sizeEnd + 2, sizeEnd + 2 + size);
    at = sizeEnd + 4 + size;
  }
  return body;
}
