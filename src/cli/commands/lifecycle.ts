import type { Command } from 'commander';
import type { Lab } from '../../lab/lab.ts';
import type { Cli, CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab, withProgress, withTimeout } from '../options.ts';

interface Options extends CommonOptions {
  readonly timeout: number;
}

/** The five commands that take nodes and do one thing to all of their replicas differ in nothing else. */
function lifecycleCommand(
  name: string,
  summary: string,
  done: string,
  act: (lab: Lab, nodes: readonly string[], timeoutMs: number) => Promise<readonly string[]>,
  waits: boolean,
): CliCommand {
  return {
    group: 'Change',
    define(program: Command, cli: Cli) {
      const command = program
        .command(name)
        .summary(summary)
        .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}; of a node all replicas.`)
        .argument('<node...>', 'nodes or replicas, such as service1 or service1-2');
      const options = waits ? withTimeout(command, 'how long they may take to be ready') : command;
      return withProgress(withJson(withLab(options))).action(async (names: string[], flags: Options) => {
        await using lab = await cli.open(flags);
        const nodes = await act(lab, names, flags.timeout);
        if (flags.json) cli.printJson({ lab: lab.name, [done]: nodes });
        else if (nodes.length === 0) cli.advise(`${names.join(', ')}: nothing to do`);
        else if (!flags.quiet) for (const node of nodes) cli.print(`${node} ${done}\n`);
      });
    },
  };
}

export const stop = lifecycleCommand('stop', 'stop nodes', 'stopped', (lab, nodes) => lab.stop(nodes), false);

export const start = lifecycleCommand(
  'start',
  'start stopped nodes',
  'started',
  (lab, nodes, timeoutMs) => lab.start(nodes, timeoutMs),
  true,
);

export const restart = lifecycleCommand(
  'restart',
  'stop nodes and start them again',
  'restarted',
  (lab, nodes, timeoutMs) => lab.restart(nodes, timeoutMs),
  true,
);

export const pause = lifecycleCommand(
  'pause',
  'freeze nodes: connections stay, nothing answers',
  'paused',
  (lab, nodes) => lab.pause(nodes),
  false,
);

export const unpause = lifecycleCommand(
  'unpause',
  'let paused nodes go on',
  'unpaused',
  (lab, nodes) => lab.unpause(nodes),
  false,
);
