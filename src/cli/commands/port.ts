import type { CliCommand, CommonOptions } from '../cli.ts';
import { parseCount, withJson, withLab } from '../options.ts';

interface Options extends CommonOptions {
  readonly index?: number;
}

export const port: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('port')
      .summary('where a published port is on the host')
      .description(
        "Prints where a node's published port is on the host, such as 127.0.0.1:8080; without PORT, all of them.",
      )
      .argument('<node>', 'a node or one of its replicas')
      .argument('[port]', "the port's name or number in the node, such as http, 8080 or 53/udp")
      .option('--index <n>', 'which replica; the first when not said', parseCount(1));
    return withJson(withLab(command)).action(
      async (node: string, port: string | undefined, options: Options) => {
        await using lab = await cli.open(options);
        const target = { node, index: options.index };
        const found = port === undefined ? await lab.ports(target) : [await lab.port(target, port)];
        if (options.json) {
          const rows = found.map(({ name, port: own, protocol, hostPort }) => {
            return { name, port: own, protocol, host: '127.0.0.1', hostPort };
          });
          cli.printJson(port === undefined ? rows : rows[0]);
        } else if (port !== undefined) cli.print(`127.0.0.1:${found[0]!.hostPort}\n`);
        else for (const one of found) cli.print(`${one.port}/${one.protocol} -> 127.0.0.1:${one.hostPort}\n`);
      },
    );
  },
};
