import type { CliCommand, CommonOptions } from '../cli.ts';
import { parseCount, withJson, withLab } from '../options.ts';

interface Options extends CommonOptions {
  readonly index?: number;
  readonly container?: string;
}

export const stats: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('stats')
      .summary("a proxy's stats, by Envoy's names")
      .description("Prints the stats of a node's first proxy, as Envoy's admin interface does at /stats.")
      .argument('<node>', 'a node or one of its replicas')
      .argument('[filter]', 'only names that contain this regular expression, such as cluster.service1')
      .option('--container <name>', 'another proxy of the node')
      .option('--index <n>', 'which replica; the first when not said', parseCount(1));
    return withJson(withLab(command)).action(
      async (node: string, filter: string | undefined, options: Options) => {
        await using lab = await cli.open(options);
        const { container, index } = options;
        const found = await lab.stats({ node, container, index }, filter);
        if (options.json) {
          const { node: replica, container: proxy } = found.admin;
          cli.printJson({ node: replica, container: proxy, stats: Object.fromEntries(found.stats) });
        } else cli.print([...found.stats].map(([name, value]) => `${name}: ${value}\n`).join(''));
      },
    );
  },
};
