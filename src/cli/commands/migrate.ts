import { formatProblem } from '../../document/problem.ts';
import type { CliCommand } from '../cli.ts';
import { ExitCode } from '../exit-code.ts';

interface MigrateOptions {
  readonly output?: string;
  readonly write?: boolean;
  readonly force?: boolean;
}

export const migrate: CliCommand = {
  group: 'Sandboxes',
  define(program, cli) {
    return program
      .command('migrate')
      .summary('turn an Envoy v2 config into v3')
      .description(
        'Turns an Envoy config of the v2 API (YAML or JSON) into v3 YAML, comments kept. What has no v3 form is named with its line, stays as it is, and makes the exit code 2.',
      )
      .argument('<file>', 'the config')
      .option('-o, --output <file>', 'write there instead of stdout')
      .option('-w, --write', 'write into the file itself')
      .option('-f, --force', 'let --output overwrite a file that is there')
      .action(async (file: string, options: MigrateOptions) => {
        const { migrateFile } = await import('../../lab/migrate.ts');
        const { text, wasV2, problems, written } = await migrateFile(cli.io.cwd, file, options);
        if (written === undefined && !options.write) cli.print(text);
        if (!wasV2) cli.advise(`${file} has nothing of the v2 API`);
        for (const problem of problems) cli.advise(formatProblem(problem));
        const lost = problems.filter(({ severity }) => severity === 'error').length;
        if (lost > 0) {
          const what = lost === 1 ? '1 place has no v3 form' : `${lost} places have no v3 form`;
          cli.advise(`${what}: Envoy will refuse the result until you change it by hand`);
          cli.exitWith(ExitCode.invalid);
        }
        if (written !== undefined) cli.advise(`wrote ${written}`);
      });
  },
};
