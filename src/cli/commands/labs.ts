import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson } from '../options.ts';
import { age } from '../output/duration.ts';
import { table } from '../output/table.ts';

export const labs: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program.command('labs').summary('labs that run').description('Lists the labs that run.');
    return withJson(command).action(async (options: CommonOptions) => {
      const [context, { listLabs }] = await Promise.all([cli.context(options), import('../../lab/labs.ts')]);
      const found = await listLabs(context);
      if (options.json) {
        cli.printJson(found.map((lab) => ({ ...lab, createdAt: new Date(lab.createdAt).toISOString() })));
      } else if (found.length === 0) {
        cli.advise('no lab is running; start one: envoy-lab up front-proxy');
      } else {
        const rows = found.map(({ lab, sandbox, runtime, mode, nodes, containers, createdAt }) => {
          const where = mode === '' ? runtime : `${runtime} (${mode})`;
          return [lab, sandbox, where, String(nodes), String(containers), age(cli.io.now() - createdAt)];
        });
        cli.print(table(cli.style, ['LAB', 'SANDBOX', 'RUNTIME', 'NODES', 'CONTAINERS', 'AGE'], rows));
      }
    });
  },
};
