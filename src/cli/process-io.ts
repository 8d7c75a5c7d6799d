import { tmpdir } from 'node:os';
import { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';

/** The real process. Its first Ctrl-C asks for an orderly end, the second ends it at once. */
export function processIo(): Io {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (abort.signal.aborted) process.exit(ExitCode.interrupted);
      abort.abort(name);
    });
  }
  // The reader of a pipe may leave early, as `head` does: that is its right, not our failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(ExitCode.brokenPipe);
      throw error;
    });
  }
  return {
    // A getter: opening stdin keeps a process alive that does not read it.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    execPath: process.execPath,
    now: Date.now,
    uid: process.getuid?.() ?? 0,
    temporary: tmpdir(),
    signal: abort.signal,
    own: true,
  };
}
