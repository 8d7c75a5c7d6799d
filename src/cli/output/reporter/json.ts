import type { CheckResult } from '../../../check/result.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

/** One JSON value at the end; docs/json.md describes it. */
export function jsonReporter({ write, lab }: ReporterOptions): Reporter {
  return {
    finished: (results) => write(`${JSON.stringify(checksJson(lab, results), undefined, 2)}\n`),
  };
}

export function checksJson(lab: string, results: readonly CheckResult[]): unknown {
  const failed = results.filter(({ ok }) => !ok).length;
  const checks = results.map((result) => ({
    name: result.name,
    ok: result.ok,
    durationMs: Math.round(result.durationMs),
    steps: result.steps.map((step) => ({ ...step, durationMs: Math.round(step.durationMs) })),
    restoreFailures: result.restoreFailures,
  }));
  return { lab, passed: results.length - failed, failed, checks };
}
