import { LabError } from '../error.ts';

/** What a failed write of a lab's state means to a user. */
export function writeError(file: string, error: unknown): LabError {
  const code = (error as NodeJS.ErrnoException).code;
  const what =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? `the disk is full: cannot write the lab's state to ${file}`
      : `cannot write the lab's state to ${file}: ${(error as Error).message}`;
  return new LabError('runtime', what, {
    hint: 'make room there, or set XDG_STATE_HOME to another folder',
    cause: error,
  });
}
