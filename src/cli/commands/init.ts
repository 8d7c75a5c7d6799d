import type { CliCommand, CommonOptions } from '../cli.ts';

export const init: CliCommand = {
  group: 'Sandboxes',
  define(program, cli) {
    return program
      .command('init')
      .summary('write a small sandbox that runs, to start from')
      .description(
        'Writes a sandbox into a new or empty folder: one proxy before one app, with checks and a README.',
      )
      .argument('<dir>', 'the folder')
      .action(async (folder: string, options: CommonOptions) => {
        const [context, { initSandbox }] = await Promise.all([
          cli.context(options),
          import('../../lab/init.ts'),
        ]);
        const written = await initSandbox(context.cwd, folder);
        for (const file of written) cli.print(`${file}\n`);
        cli.advise(`\nTry: envoy-lab up ${folder.includes('/') ? folder : `./${folder}`} --check`);
      });
  },
};
