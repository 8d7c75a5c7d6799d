import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Writable as WritableStream } from 'node:stream';
import { LabError } from '../../../error.ts';
import type { ExecSession } from '../../runtime.ts';
import { ApiError, explain } from '../api/failure.ts';
import { pathOf } from '../api/objects.ts';
import type { WebSocketClient } from '../api/web-socket.ts';
import type { LabAt } from '../place.ts';
import { type Ending, endingOf } from './ending.ts';
import { KILL_SCRIPT, MARK } from './kill-script.ts';
import { Output } from './output.ts';

/** Version 5 alone can say that there is no more input: Kubernetes 1.30 has it. */
const PROTOCOL = 'v5.channel.k8s.io';
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, size: 4, close: 255 } as const;

/** How long a command that reads no input is given to end before it is told that there is none, in ms. */
const END_MS = 300;

/** How long a command that prints little may be silent, in ms. */
const SILENT_MS = 20_000;
/** The same of what ends a command: who waits for it wants to go. */
const KILL_MS = 10_000;
/** What such a command may print, in bytes. */
const LIMIT = 1024 * 1024;

export interface PodExec {
  readonly pod: string;
  readonly container: string;
  readonly argv: readonly string[];
}

export interface SessionExec extends PodExec {
  /** For messages. */
  readonly node: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly noStdin?: true;
  readonly tty?: { readonly columns: number; readonly rows: number };
}

/** Stays out of the way when the command is not there: the shell says so, with its code. */
const ENTER = `cd "$1" 2>/dev/null || { [ -e "$1" ] && why='not a folder' || why='no such folder'; echo "cannot work in $1 of $0: $why" >&2; exit 126; }; shift; exec "$@"`;

/** Sets a terminal's size before the command looks at it: the API tells it only after the command has begun. */
const SIZE = 'stty rows "$0" cols "$1" 2>/dev/null; shift; exec "$@"';

/** Starts a command in a running container. Its image has to have `env`, and for a terminal or a folder `sh`. */
export async function openExec(lab: LabAt, request: SessionExec): Promise<ExecSession> {
  const mark = randomUUID();
  const { tty, node, workdir, argv } = request;
  const marked = [
    'env',
    `${MARK}=${mark}`,
    ...Object.entries(request.env ?? {}).map(([name, value]) => `${name}=${value}`),
  ];
  const placed = workdir === undefined ? argv : ['sh', '-c', ENTER, node, workdir, ...argv];
  const sized = tty === undefined ? [] : ['sh', '-c', SIZE, String(tty.rows), String(tty.columns)];
  const socket = await connect(
    lab,
    { ...request, argv: [...marked, ...sized, ...placed] },
    { stdin: request.noStdin !== true, tty: tty !== undefined },
  );
  const stdout = new Output();
  const stderr = new Output();
  let closing = false;
  let over = false;
  const run = async (): Promise<number> => {
    let ending: Ending | undefined;
    for await (const message of socket.messages()) {
      const bytes = message.subarray(1);
      if (message[0] === channel.stdout && bytes.length > 0) await stdout.push(bytes);
      else if (message[0] === channel.stderr && bytes.length > 0) await stderr.push(bytes);
      else if (message[0] === channel.status) {
        ending = endingOf(bytes.toString('utf8'), argv[0] ?? '');
        break;
      }
    }
    if (ending === undefined)
      throw new Error(closing ? 'the session was closed' : 'the connection ended before the command did');
    if (ending.said !== undefined)
      await (tty ? stdout : stderr).push(Buffer.from(`${ending.said}${tty ? '\r' : ''}\n`));
    return ending.code;
  };
  const exitCode = run()
    .catch((error: unknown) => {
      const why = closing ? 'the session was closed' : (error as Error).message;
      throw new LabError('runtime', `the command was cut off: ${why}`, { cause: error });
    })
    .finally(() => {
      over = true;
      stdout.end();
      stderr.end();
      socket.close();
    });
  exitCode.catch(() => {});
  const resize = (columns: number, rows: number) => {
    void socket.send(
      Buffer.from([channel.size]),
      Buffer.from(JSON.stringify({ Width: columns, Height: rows })),
    );
  };
  if (tty !== undefined) resize(tty.columns, tty.rows);
  return {
    stdin: request.noStdin ? nowhere() : inputOf(socket),
    stdout: stdout.stream,
    stderr: stderr.stream,
    exitCode,
    resize: (columns, rows) => {
      if (tty !== undefined && !over) resize(columns, rows);
    },
    [Symbol.asyncDispose]: async () => {
      if (!over) {
        closing = true;
        const kill = { ...request, argv: ['sh', '-c', KILL_SCRIPT, 'sh', `${MARK}=${mark}`] };
        await execQuietly(lab, kill, { silentMs: KILL_MS }).catch(() => {});
      }
      stdout.release();
      stderr.release();
      socket.destroy();
      await exitCode.catch(() => {});
    },
  };
}

export interface QuietLimits {
  /** How long it may be silent, in ms; {@link SILENT_MS} when absent. */
  readonly silentMs?: number;
  /** What it may print, in bytes; {@link LIMIT} when absent. */
  readonly limit?: number;
}

/**
 * Runs a command to its end, without input, and gives all that it printed: for what prints little.
 * @throws LabError `runtime` when it is silent for too long, prints too much, or its connection breaks
 */
export async function execQuietly(
  lab: LabAt,
  request: PodExec,
  { silentMs = SILENT_MS, limit = LIMIT }: QuietLimits = {},
): Promise<{ readonly code: number; readonly stdout: Buffer; readonly stderr: string }> {
  const [program = ''] = request.argv;
  const where = `${program} in ${request.pod}/${request.container}`;
  const socket = await connect(lab, request, { stdin: false, tty: false });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let size = 0;
  let ending: Ending | undefined;
  let silent = false;
  const late = setTimeout(() => {
    silent = true;
    socket.destroy();
  }, silentMs);
  try {
    for await (const message of socket.messages()) {
      late.refresh();
      const bytes = message.subarray(1);
      if (message[0] === channel.status) {
        ending = endingOf(bytes.toString('utf8'), program);
        break;
      }
      if (message[0] === channel.stdout) out.push(bytes);
      if (message[0] === channel.stderr) err.push(bytes);
      size += bytes.length;
      if (size > limit) {
        throw new LabError('runtime', `${where} prints more than ${Math.floor(limit / 1024)} KiB`, {
          hint: 'run it with envoy-lab exec, which passes on what comes',
        });
      }
    }
    socket.close();
  } catch (error) {
    socket.destroy();
    if (!silent) throw error;
  } finally {
    clearTimeout(late);
  }
  if (silent) {
    throw new LabError('runtime', `${where} has not ended, and was silent for ${silentMs / 1000} s`, {
      hint: 'the machine it runs on may be in trouble, which kubectl get nodes tells; or it reads what has no end, such as a FIFO',
    });
  }
  if (ending === undefined)
    throw new LabError('runtime', `${where}: the connection ended before the command did`);
  const said = ending.said === undefined ? '' : ending.said;
  return {
    code: ending.code,
    stdout: Buffer.concat(out),
    stderr: Buffer.concat(err).toString('utf8') + said,
  };
}

async function connect(
  { api, namespace }: LabAt,
  { pod, container, argv }: PodExec,
  { stdin, tty }: { readonly stdin: boolean; readonly tty: boolean },
): Promise<WebSocketClient> {
  const query = { container, command: argv, stdin, stdout: true, stderr: !tty, tty };
  try {
    return await api.webSocket(`${pathOf('Pod', namespace, pod)}/exec`, query, [PROTOCOL]);
  } catch (error) {
    if (
      error instanceof ApiError &&
      error.status === 403 &&
      /unable to upgrade|subprotocol/i.test(error.message)
    ) {
      throw new LabError('runtime', `the API server does not speak ${PROTOCOL}`, {
        hint: 'Kubernetes 1.30 and newer do',
        cause: error,
      });
    }
    throw explain(error, `run a command in pod ${pod}`);
  }
}

function nowhere(): Writable {
  return new WritableStream({ write: (_chunk, _encoding, done) => done() });
}

/**
 * A command may end without reading its input: what is left is dropped. That there is no more is told a little later: told at
 * the moment at which the command ends, it makes API servers lose its exit code and say that it succeeded.
 */
function inputOf(socket: WebSocketClient): Writable {
  return new WritableStream({
    write: (chunk: Buffer, _encoding, done) => {
      socket.send(Buffer.from([channel.stdin]), chunk).then(
        () => done(),
        () => done(),
      );
    },
    final: (done) => {
      done();
      setTimeout(() => void socket.send(Buffer.from([channel.close, channel.stdin])), END_MS).unref();
    },
  });
}
