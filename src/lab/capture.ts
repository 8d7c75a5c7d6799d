import type { Readable } from 'node:stream';
import type { ExecRequest, RunningLab } from '../runtime/runtime.ts';

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
  await using session = await lab.exec(request);
  const kill = () => void session[Symbol.asyncDispose]();
  signal.addEventListener('abort', kill, { once: true });
  try {
    session.stdin.end();
    const [exitCode, stdout, stderr] = await Promise.all([
      session.exitCode,
      readAll(session.stdout),
      readAll(session.stderr),
    ]);
    signal.throwIfAborted();
    return { exitCode, stdout, stderr, timeMs: performance.now() - start };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
