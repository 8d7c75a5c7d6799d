import { Option } from 'commander';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab, withProgress } from '../options.ts';
import { type ReporterName, reporterNames } from '../output/reporter/reporter.ts';

interface Options extends CommonOptions {
  readonly reporter?: ReporterName;
}

export const check: CliCommand = {
  group: 'Use',
  define(program, cli) {
    const command = program
      .command('check')
      .summary("run the sandbox's checks; fails when one does")
      .description(
        "Runs the sandbox's checks against the running lab. What a check scales or stops is put back.",
      )
      .argument('[name...]', 'names of checks, or parts of them; without any, all')
      .addOption(new Option('--reporter <reporter>', 'how to tell the results').choices(reporterNames));
    return withProgress(withJson(withLab(command))).action(async (names: string[], options: Options) => {
      const { runAndReport } = await import('../run-checks.ts');
      await runAndReport(cli, names, options);
    });
  },
};
