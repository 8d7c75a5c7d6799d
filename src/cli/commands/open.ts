import { InvalidArgumentError } from 'commander';
import { showInBrowser } from '../browser.ts';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab } from '../options.ts';

interface Options extends CommonOptions {
  readonly port?: number;
  readonly browser: boolean;
}

export const open: CliCommand = {
  group: 'Look',
  define(program, cli) {
    const command = program
      .command('open')
      .summary("the lab's pages in a browser: admin, apps")
      .description(
        "Serves the lab's pages on one address of 127.0.0.1 until Ctrl-C or the end of the lab: an index, and below it each proxy's admin pages and every TCP port of a node that speaks HTTP, published or not. Only who has the printed address gets in.",
      )
      .option('--port <n>', 'the port of 127.0.0.1; any that is free when not said', parsePort)
      .option('--no-browser', 'only print the address');
    return withJson(withLab(command)).action(async (options: Options) => {
      const { io } = cli;
      await using lab = await cli.open(options);
      await using gateway = await lab.openPages(options.port ?? 0);
      if (options.json) cli.print(`${JSON.stringify(await gateway.list())}\n`);
      else cli.print(`${gateway.url}\n`);
      if (!options.json) cli.advise(`the pages of lab ${lab.name}, until Ctrl-C or the end of the lab`);
      const shows = options.browser && !options.json && io.own && io.stdout.isTTY === true;
      if (shows) await showInBrowser(gateway.ticketUrl(), io.env);
      await lab.gone();
      if (!io.signal.aborted) cli.advise(`lab ${lab.name} is down, and so are its pages`);
    });
  },
};

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port: 1 to 65535, or 0 for any that is free.');
}
