import type { CliCommand, CommonOptions } from '../cli.ts';
import { ExitCode } from '../exit-code.ts';
import { withJson } from '../options.ts';
import { doctorJson, doctorText } from '../output/doctor-text.ts';

export const doctor: CliCommand = {
  group: 'This tool',
  define(program, cli) {
    const command = program
      .command('doctor')
      .summary('what works on this machine, and what to do for more')
      .description('Looks at runtimes, engines and tools; fails when no lab can be started here.');
    return withJson(command).action(async (options: CommonOptions) => {
      const [context, { diagnose }] = await Promise.all([
        cli.context(options),
        import('../../lab/doctor.ts'),
      ]);
      const diagnosis = await diagnose(context);
      if (options.json) cli.printJson(doctorJson(diagnosis));
      else cli.print(doctorText(diagnosis, cli.style));
      if (!diagnosis.ok) cli.exitWith(ExitCode.runtime);
    });
  },
};
