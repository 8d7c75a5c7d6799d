import { LabError } from '../error.ts';

/** Never aborts: for calls that were given no signal. */
const never = new AbortController().signal;

/**
 * Runs something that a signal may end, and says so the same way wherever the abort was noticed.
 * @throws LabError `interrupted`, with what ended it as cause
 */
export async function interruptible<T>(
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const given = signal ?? never;
  if (given.aborted) throw interrupted(given);
  try {
    return await run(given);
  } catch (error) {
    if (!given.aborted || (error instanceof LabError && error.code === 'interrupted')) throw error;
    throw interrupted(given);
  }
}

function interrupted({ reason }: AbortSignal): LabError {
  const why = reason instanceof Error ? reason.message : String(reason);
  return new LabError('interrupted', `interrupted: ${why}`, { cause: reason });
}
