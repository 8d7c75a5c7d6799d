import { thisProcess } from '../machine/surroundings.ts';
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
  for (const [name, stream] of [
    ['stdout', process.stdout],
    ['stderr', process.stderr],
  ] as const) {
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE') process.exit(ExitCode.brokenPipe);
      // A full disk, mostly. Nothing can be told where it is stderr.
      if (name === 'stdout') process.stderr.write(`error: cannot write to stdout: ${message}\n`);
      process.exit(ExitCode.runtime);
    });
  }
  return {
    ...thisProcess(),
    // A getter: opening stdin keeps a process alive that does not read it.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    signal: abort.signal,
    startedAt: performance.timeOrigin,
    own: true,
  };
}
