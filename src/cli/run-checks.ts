import type { CheckResult } from '../check/result.ts';
import type { Cli, CommonOptions } from './cli.ts';
import { ExitCode } from './exit-code.ts';
import { type ReporterName, reporterFor } from './output/reporter/reporter.ts';

/** Runs checks of a lab and tells how they go; the exit code says whether one failed. */
export async function runAndReport(
  cli: Cli,
  names: readonly string[],
  options: CommonOptions & { readonly reporter?: ReporterName },
): Promise<void> {
  const lab = await cli.open(options);
  await using _lab = lab;
  const reporter = reporterFor(options.reporter ?? (options.json ? 'json' : 'tty'), {
    write: (text) => cli.print(text),
    style: cli.style,
    lab: lab.name,
  });
  const results = await lab.check(names, {
    checkStarted: (check) => reporter.started?.(check),
    checkEnded: (result) => reporter.ended?.(result),
  });
  reporter.finished(results);
  if (results.some(({ ok }) => !ok)) cli.exitWith(ExitCode.check);
}

/** Runs all checks of a lab and tells nothing; the exit code says whether one failed. */
export async function runSilently(cli: Cli, options: CommonOptions): Promise<readonly CheckResult[]> {
  await using lab = await cli.open(options);
  const results = await lab.check([]);
  if (results.some(({ ok }) => !ok)) cli.exitWith(ExitCode.check);
  return results;
}
