import type { CheckResult } from '../../../check/result.ts';
import type { Check } from '../../../sandbox/check.ts';
import type { Style } from '../style.ts';
import { jsonReporter } from './json.ts';
import { junitReporter } from './junit.ts';
import { tapReporter } from './tap.ts';
import { ttyReporter } from './tty.ts';

/** Tells on stdout how checks went. */
export interface Reporter {
  started?(check: Check): void;
  ended?(result: CheckResult): void;
  finished(results: readonly CheckResult[]): void;
}

export interface ReporterOptions {
  readonly write: (text: string) => void;
  readonly style: Style;
  readonly lab: string;
}

const reporters = {
  tty: ttyReporter,
  tap: tapReporter,
  junit: junitReporter,
  json: jsonReporter,
} satisfies Record<string, (options: ReporterOptions) => Reporter>;

export type ReporterName = keyof typeof reporters;

export const reporterNames = Object.keys(reporters) as ReporterName[];

export function reporterFor(name: ReporterName, options: ReporterOptions): Reporter {
  return reporters[name](options);
}
