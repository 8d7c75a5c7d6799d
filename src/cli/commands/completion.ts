import { Argument } from 'commander';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { completionScript, shells } from '../completion/script.ts';

export const completion: CliCommand = {
  group: 'This tool',
  define(program, cli) {
    program
      .command('__complete', { hidden: true })
      .argument('[words...]')
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (words: string[], options: CommonOptions) => {
        const { candidates } = await import('../completion/candidates.ts');
        for (const candidate of await candidates(program, words, cli, options)) cli.print(`${candidate}\n`);
      });
    return program
      .command('completion')
      .summary('print a completion script for your shell')
      .description(
        'Prints a script that completes commands, options, and names of sandboxes, labs and nodes:\n' +
          '  bash  source <(envoy-lab completion bash)\n' +
          '  zsh   source <(envoy-lab completion zsh)\n' +
          '  fish  envoy-lab completion fish | source',
      )
      .addArgument(new Argument('<shell>', 'which shell').choices(shells))
      .action((shell: string) => cli.print(completionScript(shell)));
  },
};
