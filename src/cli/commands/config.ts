import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab } from '../options.ts';

export const config: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('config')
      .summary('the resolved sandbox: every choice made')
      .description(
        'Prints what the lab was started as: commands, environment, files, probes, ports, hashes, as YAML.',
      )
      .argument('[sandbox]', 'a sandbox to resolve in place of the running lab');
    return withJson(withLab(command)).action(async (sandbox: string | undefined, options: CommonOptions) => {
      const spec = await resolved(sandbox, options);
      if (options.json) cli.printJson(spec);
      else {
        const { writeYaml } = await import('../../document/write.ts');
        cli.print(writeYaml(spec));
      }
    });

    async function resolved(sandbox: string | undefined, options: CommonOptions) {
      if (sandbox !== undefined) {
        const { resolvedSandbox } = await import('../../lab/resolved.ts');
        return resolvedSandbox(await cli.context(options), sandbox);
      }
      await using lab = await cli.open(options);
      return await lab.config();
    }
  },
};
