import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab } from '../options.ts';

export const events: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('events')
      .summary('what happens in a lab, as it happens')
      .description(
        'Prints the present state of each container, then every change, until Ctrl-C or the end of the lab.',
      );
    return withJson(withLab(command)).action(async (options: CommonOptions) => {
      await using lab = await cli.open(options);
      for await (const event of lab.events()) {
        const time = new Date(event.time).toISOString();
        if (options.json) {
          cli.print(`${JSON.stringify({ ...event, time })}\n`);
          continue;
        }
        const who =
          event.kind === 'container'
            ? `${event.node}/${event.container}`
            : event.kind === 'node'
              ? event.node
              : lab.name;
        const code = event.kind === 'container' && event.exitCode !== undefined ? ` (${event.exitCode})` : '';
        cli.print(`${cli.style.dim(time)} ${event.kind} ${who} ${event.state}${code}\n`);
      }
    });
  },
};
