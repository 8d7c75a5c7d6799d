import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab } from '../options.ts';
import { labJson } from '../output/lab-json.ts';
import { psTable } from '../output/ps-table.ts';

export const ps: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('ps')
      .summary('what runs: containers, states, addresses, ports')
      .description(
        'Lists the containers of a lab with their states, and its nodes with addresses and published ports.',
      );
    return withJson(withLab(command)).action(async (options: CommonOptions) => {
      await using lab = await cli.open(options);
      const observed = await lab.ps();
      if (options.json) cli.printJson(labJson(observed));
      else cli.print(psTable(observed, cli.style, cli.io.now()));
    });
  },
};
