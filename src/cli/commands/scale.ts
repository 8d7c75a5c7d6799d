import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withLab, withProgress, withTimeout } from '../options.ts';
import { labJson } from '../output/lab-json.ts';

interface Options extends CommonOptions {
  readonly timeout: number;
}

export const scale: CliCommand = {
  group: 'Change',
  define(program, cli) {
    const command = program
      .command('scale')
      .summary('change the number of replicas of nodes')
      .description('Changes how many replicas nodes have, and returns when new ones are ready.')
      .argument('<node=replicas...>', 'such as service1=3');
    return withProgress(
      withJson(withLab(withTimeout(command, 'how long new replicas may take to be ready'))),
    ).action(async (words: string[], options: Options) => {
      const { parseScale } = await import('../../lab/resolve/choices.ts');
      const replicas = parseScale(words);
      await using lab = await cli.open(options);
      await lab.scale(replicas, options.timeout);
      if (options.json) cli.printJson(labJson(await lab.ps()));
      else if (!options.quiet) for (const [node, count] of replicas) cli.print(`${node} ${count}\n`);
    });
  },
};
