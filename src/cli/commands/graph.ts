import { Option } from 'commander';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab } from '../options.ts';
import { type GraphFormat, graphFormats, graphText } from '../output/graph/graph.ts';

interface Options extends CommonOptions {
  readonly format: GraphFormat;
}

export const graph: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('graph')
      .summary('who sends to whom: listeners, routes, clusters, nodes')
      .description('Draws the topology from the Envoy configs.')
      .argument('[sandbox]', 'a sandbox to draw in place of the running lab')
      .addOption(new Option('--format <format>', 'how to draw').choices(graphFormats).default('text'));
    return withJson(withLab(command)).action(async (sandbox: string | undefined, options: Options) => {
      const topology = await topologyFor(sandbox, options);
      if (options.json) cli.printJson(topology);
      else cli.print(graphText(options.format, topology, cli.style));
    });

    async function topologyFor(sandbox: string | undefined, options: CommonOptions) {
      if (sandbox !== undefined) {
        const [context, { resolvedSandbox }, { topologyOf }] = await Promise.all([
          cli.context(options),
          import('../../lab/resolved.ts'),
          import('../../lab/topology/topology.ts'),
        ]);
        const { identity, nodes } = await resolvedSandbox(context, sandbox);
        return topologyOf(identity.lab, nodes);
      }
      await using lab = await cli.open(options);
      return await lab.graph();
    }
  },
};
