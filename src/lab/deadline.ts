import type { LabError } from '../error.ts';

/**
 * Runs something that has to end within a time, with a signal that then aborts. AbortSignal.timeout will not do within
 * AbortSignal.any, which holds it weakly: one that nobody else holds may be collected, and then never fires.
 *
 * @param late the failure when the time is over, made from what the abort made of the work
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal,
  work: (limit: AbortSignal) => Promise<T>,
  late: (cause: unknown) => LabError,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ms);
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } catch (error) {
    if (signal.aborted || !over.signal.aborted) throw error;
    throw late(error);
  } finally {
    clearTimeout(timer);
  }
}
