import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { ExitCode } from './isolation.ts';

/** Resolves when a child has ended: its code, or 128 + the number of the signal that ended it. */
export function exitCodeOf(child: ChildProcess): Promise<ExitCode> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(125));
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
