import { InvalidArgumentError } from 'commander';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { parseCount, parseDuration, withJson, withLab } from '../options.ts';
import { logWriter } from '../output/log-lines.ts';

interface Options extends CommonOptions {
  readonly follow?: boolean;
  readonly tail?: number;
  readonly since?: (now: number) => number;
  readonly container?: string;
  readonly timestamps?: boolean;
  readonly prefix: boolean;
}

export const logs: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('logs')
      .summary('what containers print')
      .description(
        'Prints what the containers of nodes wrote to stdout and stderr, in the order it was read.',
      )
      .argument('[node...]', 'nodes or replicas; without any, the whole lab')
      .option('-f, --follow', 'go on as more is written, until Ctrl-C')
      .option('--tail <n>', 'only the last lines of each container', parseCount(0))
      .option(
        '--since <time>',
        'only from then on: 10m (ago), or a time such as 2026-01-31T12:00:00Z',
        parseSince,
      )
      .option('--container <name>', 'only this container of the nodes')
      .option('-t, --timestamps', 'put the time before each line')
      .option('--no-prefix', 'leave out which container wrote a line');
    return withJson(withLab(command)).action(async (names: string[], options: Options) => {
      await using lab = await cli.open(options);
      const { container, tail, follow = false } = options;
      const since = options.since?.(cli.io.now());
      const writers = (await lab.nodes(names)).flatMap(({ spec }) =>
        spec.containers
          .filter(({ name }) => container === undefined || name === container)
          .map(({ name }) => `${spec.name}/${name}`),
      );
      const write = logWriter(cli, { ...options, names: writers });
      for await (const line of lab.logs(names, { container, follow, tail, since })) write(line);
    });
  },
};

/** A time, or a duration before now. */
function parseSince(text: string): (now: number) => number {
  if (/^\d+(\.\d+)?(ms|s|m|h)?$/.test(text)) {
    const ms = parseDuration(text);
    return (now) => now - ms;
  }
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Such as 10m, or 2026-01-31T12:00:00Z.');
  return () => time;
}
