import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Options } from 'execa';
import { LabError } from '../error.ts';
import { joinWords } from './words.ts';

/** A system tool to run. No shell is involved. */
export interface ToolRequest {
  /** A path, or a name that is looked up on `env.PATH`. */
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
  /** Aborting it ends the tool: SIGTERM, then SIGKILL after a second. */
  readonly signal?: AbortSignal | undefined;
  /** ms the tool may take. */
  readonly timeoutMs?: number | undefined;
  /** Absent: empty. */
  readonly stdin?: Readable | string | Uint8Array | 'inherit' | undefined;
  /** Absent: collected. A stream is written to, and not ended. */
  readonly stdout?: Writable | 'inherit' | undefined;
  readonly stderr?: Writable | 'inherit' | undefined;
}

/** How a tool ended. */
export interface ToolResult {
  /** 128 + n when signal n ended it. */
  readonly exitCode: number;
  /** What was collected; empty when it went elsewhere. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly timeMs: number;
  /** The command as a line to paste into a shell. */
  readonly shown: string;
}

const KILL_AFTER_MS = 1000;

/**
 * Runs a system tool to its end. A failing exit code is an answer, not an error: see {@link runToolOrThrow}.
 *
 * @throws LabError `runtime` when it cannot be started or takes longer than `timeoutMs`; `interrupted` when the
 * signal aborts
 */
export async function runTool(request: ToolRequest): Promise<ToolResult> {
  const shown = joinWords([request.command, ...request.args]);
  if (request.signal?.aborted) throw new LabError('interrupted', `interrupted: ${shown}`);
  // Loading execa takes 0.1 s, which `--help` must not pay.
  const { execa } = await import('execa');
  const options = {
    reject: false,
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    forceKillAfterDelay: KILL_AFTER_MS,
    env: request.env as Record<string, string>,
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    ...(request.signal ? { cancelSignal: request.signal } : {}),
    ...(request.timeoutMs === undefined ? {} : { timeout: request.timeoutMs }),
    ...stdinOptions(request.stdin),
    stdout: request.stdout === 'inherit' ? 'inherit' : 'pipe',
    stderr: request.stderr === 'inherit' ? 'inherit' : 'pipe',
    buffer: { stdout: request.stdout === undefined, stderr: request.stderr === undefined },
  } as const satisfies Options;
  const running = execa(request.command, [...request.args], options);
  const [result] = await Promise.all([
    running,
    forward(running.stdout, request.stdout),
    forward(running.stderr, request.stderr),
  ]);
  if (result.isCanceled) throw new LabError('interrupted', `interrupted: ${shown}`);
  if (result.timedOut) throw new LabError('runtime', `took longer than ${request.timeoutMs} ms: ${shown}`);
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new LabError('runtime', `cannot run ${shown}: ${startFailure(request.command, result)}`, {
      cause: result,
    });
  }
  return {
    exitCode: result.exitCode ?? 128 + (constants.signals[result.signal as NodeJS.Signals] ?? 0),
    stdout: Buffer.from((result.stdout as Uint8Array | undefined) ?? []),
    stderr: Buffer.from((result.stderr as Uint8Array | undefined) ?? []),
    timeMs: result.durationMs,
    shown,
  };
}

/**
 * As {@link runTool}, for tools that are expected to succeed.
 *
 * @throws LabError `runtime` for any exit code but 0, with the command to paste and what the tool said
 */
export async function runToolOrThrow(request: ToolRequest): Promise<ToolResult> {
  const result = await runTool(request);
  if (result.exitCode === 0) return result;
  const said = (result.stderr.length > 0 ? result.stderr : result.stdout).toString().trim();
  throw new LabError(
    'runtime',
    `exit code ${result.exitCode}: ${result.shown}${said === '' ? '' : `\n${said}`}`,
  );
}

function stdinOptions(stdin: ToolRequest['stdin']) {
  if (stdin === undefined) return { stdin: 'ignore' as const };
  if (stdin === 'inherit') return { stdin: 'inherit' as const };
  return { input: stdin };
}

/** Backpressure is kept. A reader that goes away, as `head` does, ends the copy and not this program. */
async function forward(from: Readable | null, to: Writable | 'inherit' | undefined): Promise<void> {
  if (!from || to === undefined || to === 'inherit') return;
  try {
    await pipeline(from, to, { end: false });
  } catch (error) {
    if (!['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    from.resume();
  }
}

function startFailure(
  command: string,
  error: { code?: string | undefined; originalMessage?: string | undefined },
) {
  if (error.code === 'ENOENT') return `${command} is not installed, or not on the PATH`;
  if (error.code === 'EACCES') return `${command} may not be executed`;
  return error.originalMessage ?? error.code ?? 'unknown reason';
}
