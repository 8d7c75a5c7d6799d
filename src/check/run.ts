import { LabError } from '../error.ts';
import type { Check } from '../sandbox/check.ts';
import { Restorer } from './restore.ts';
import type { CheckResult, StepResult } from './result.ts';
import { runStep } from './step.ts';
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
  checks: readonly Check[],
  target: CheckTarget,
  { signal, observer }: { readonly signal: AbortSignal; readonly observer?: CheckObserver },
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    if (signal.aborted) throw new LabError('interrupted', 'interrupted');
    observer?.checkStarted?.(check);
    const result = await runCheck(check, target, signal);
    results.push(result);
    observer?.checkEnded?.(result);
  }
  return results;
}

async function runCheck(check: Check, target: CheckTarget, signal: AbortSignal): Promise<CheckResult> {
  const restorer = new Restorer(target);
  const started = performance.now();
  const steps: StepResult[] = [];
  let restoreFailures: readonly string[] = [];
  try {
    for (const step of check.steps) {
      const result = await runStep(step, { target, restorer, signal });
      steps.push(result);
      if (!result.ok) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new LabError('interrupted', `interrupted in check "${check.name}"`, { cause: error });
  } finally {
    restoreFailures = await restorer.restore();
  }
  return {
    name: check.name,
    ok: steps.every(({ ok }) => ok) && restoreFailures.length === 0,
    durationMs: performance.now() - started,
    steps,
    restoreFailures,
  };
}
