import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson } from '../options.ts';
import { table } from '../output/table.ts';

export const ls: CliCommand = {
  group: 'Sandboxes',
  define(program, cli) {
    const command = program
      .command('ls')
      .summary('sandboxes there are')
      .description('Lists the sandboxes that come with envoy-lab.');
    return withJson(command).action(async (options: CommonOptions) => {
      const [context, { listAllSandboxes }] = await Promise.all([
        cli.context(options),
        import('../../lab/sandboxes.ts'),
      ]);
      const found = await listAllSandboxes(context);
      if (options.json) {
        cli.printJson(
          found.map(({ name, summary = null, folder, problem }) => ({ name, summary, folder, problem })),
        );
        return;
      }
      const rows = found.map(({ name, summary, problem }) => [
        name,
        problem === undefined ? (summary ?? '') : cli.style.bad(`cannot be read: ${problem}`),
      ]);
      cli.print(table(cli.style, ['SANDBOX', 'SUMMARY'], rows));
    });
  },
};
