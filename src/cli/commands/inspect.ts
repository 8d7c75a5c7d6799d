import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab } from '../options.ts';
import { inspectJson, inspectText } from '../output/inspect-text.ts';

export const inspect: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('inspect')
      .summary('everything about a node')
      .description(
        'Prints containers, addresses, ports and what the Envoy configs of a node listen on and send to.',
      )
      .argument('<node...>', 'nodes or replicas');
    return withJson(withLab(command)).action(async (names: string[], options: CommonOptions) => {
      await using lab = await cli.open(options);
      const inspected = await lab.inspect(names);
      if (options.json) cli.printJson(inspected.map(inspectJson));
      else cli.print(inspected.map((one) => inspectText(one, cli.style)).join('\n'));
    });
  },
};
