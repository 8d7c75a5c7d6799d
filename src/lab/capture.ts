import { Readable } from 'node:stream';
import type { ExecRequest, ExecSession, RunningLab } from '../runtime/runtime.ts';

/** What a command that ran in a node printed, as UTF-8. */
export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to exit, ms. */
  readonly timeMs: number;
}

/** Runs a command in a node with empty stdin and waits for its end. */
export async function capture(lab: RunningLab, request: ExecRequest, signal: AbortSignal): Promise<Captured> {
  const start = performance.now();
  signal.throwIfAborted();
  await using session = await lab.exec({ ...request, noStdin: true });
  const captured = await captureSession(session, { stdin: undefined, signal });
  return { ...captured, timeMs: performance.now() - start };
}

/** Gives a command that runs its stdin and waits for its end; when the signal aborts or the stdin fails, it is killed. */
export async function captureSession(
  session: ExecSession,
  {
    stdin,
    signal,
  }: { readonly stdin: string | Uint8Array | Readable | undefined; readonly signal: AbortSignal },
): Promise<Captured> {
  const start = performance.now();
  const kill = () => void session[Symbol.asyncDispose]();
  signal.addEventListener('abort', kill, { once: true });
  // A command need not read what it is given.
  session.stdin.on('error', () => undefined);
  let broken: Error | undefined;
  const fail = (error: Error) => {
    broken = error;
    kill();
  };
  try {
    signal.throwIfAborted();
    if (stdin instanceof Readable) stdin.once('error', fail).pipe(session.stdin);
    else session.stdin.end(stdin);
    const [exitCode, stdout, stderr] = await Promise.all([
      session.exitCode,
      readAll(session.stdout),
      readAll(session.stderr),
    ]);
    signal.throwIfAborted();
    if (broken !== undefined) throw broken;
    return { exitCode, stdout, stderr, timeMs: performance.now() - start };
  } catch (error) {
    throw broken ?? error;
  } finally {
    if (stdin instanceof Readable) stdin.off('error', fail).unpipe(session.stdin);
    signal.removeEventListener('abort', kill);
  }
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
