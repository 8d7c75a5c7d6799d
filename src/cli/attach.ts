import { pipeline } from 'node:stream/promises';
import { LabError } from '../error.ts';
import type { ExecSession } from '../runtime/runtime.ts';
import type { Io } from './io.ts';

/**
 * Connects a command in a node with this process's streams until it ends; its exit code.
 * @throws LabError `interrupted` at Ctrl-C, unless the command has the terminal and with it the Ctrl-C
 */
export async function attach(
  io: Io,
  session: ExecSession,
  options: { readonly stdin: boolean; readonly tty: boolean },
): Promise<number> {
  const raw = options.tty && options.stdin && io.stdin.isTTY === true;
  const resize = () => session.resize(io.stdout.columns || 80, io.stdout.rows || 24);
  let interrupt = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(new LabError('interrupted', 'interrupted'));
  });
  interrupted.catch(() => undefined);
  io.signal.addEventListener('abort', interrupt, { once: true });
  session.stdin.on('error', () => undefined);
  if (options.stdin) io.stdin.pipe(session.stdin);
  else session.stdin.end();
  if (options.tty) io.stdout.on('resize', resize);
  if (raw) io.stdin.setRawMode?.(true);
  try {
    const output = [
      pipeline(session.stdout, io.stdout, { end: false }),
      pipeline(session.stderr, io.stderr, { end: false }),
    ];
    const ended = Promise.all([session.exitCode, ...output]);
    const [exitCode] = await Promise.race([ended, interrupted]);
    return exitCode;
  } finally {
    if (raw) io.stdin.setRawMode?.(false);
    if (options.tty) io.stdout.off('resize', resize);
    io.signal.removeEventListener('abort', interrupt);
    if (options.stdin) {
      io.stdin.unpipe(session.stdin);
      io.stdin.pause();
    }
  }
}
