import type { LabContext } from './context.ts';

/** How long a command waits for another that works on the same lab, ms. */
const lockTimeoutMs = 120_000;

/** Takes the lock that every command holds while it changes a lab. */
export function lockLab(context: LabContext, lab: string): Promise<AsyncDisposable> {
  return context.store().lock(lab, {
    command: context.command,
    timeoutMs: lockTimeoutMs,
    signal: context.signal,
    describe: (holder) => context.emit({ kind: 'locked', lab, holder }),
  });
}
