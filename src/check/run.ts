import type { Check } from '../sandbox/check.ts';
import type { CheckResult } from './result.ts';
import type { CheckTarget } from './target.ts';

/** Called as things happen, for progress. */
export interface CheckObserver {
  checkStarted?(check: Check): void;
  checkEnded?(result: CheckResult): void;
}

/**
 * Runs checks one after the other. What a check scaled, stopped or killed is put back when it ends, however it ends.
 *
 * @throws LabError `interrupted` when the signal aborts, after putting things back
 */
export async function runChecks(
  _checks: readonly Check[],
  _target: CheckTarget,
  _options: { readonly signal: AbortSignal; readonly observer?: CheckObserver },
): Promise<CheckResult[]> {
  return [];
}
