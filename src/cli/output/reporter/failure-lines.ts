import type { CheckResult } from '../../../check/result.ts';

/** Why a check is not ok, line by line, without indentation at the left. */
export function failureLines(result: CheckResult): string[] {
  const steps = result.steps
    .filter(({ ok }) => !ok)
    .flatMap((step) => [
      step.what,
      ...step.failures.flatMap(({ what, expected, actual, detail }) => [
        `  ${what}`,
        `    expected: ${expected}`,
        `    actual:   ${actual}`,
        ...detail.map((line) => `    ${line}`),
      ]),
      ...(step.command === undefined ? [] : [`  by hand: ${step.command}`]),
    ]);
  return [...steps, ...result.restoreFailures.map((text) => `not put back: ${text}`)];
}
