import type { CliCommand, CommonOptions } from '../cli.ts';
import { withJson, withProgress } from '../options.ts';

interface Options extends CommonOptions {
  readonly all?: boolean;
  readonly rmi?: boolean;
}

export const down: CliCommand = {
  group: 'Start and end',
  define(program, cli) {
    const command = program
      .command('down')
      .summary('end a lab and take everything away')
      .description(
        'Ends labs: no process, port, namespace or file of them is left. When none runs, that is no failure.',
      )
      .argument('[lab...]', 'names of labs; without any, the only one that runs')
      .option('-l, --lab <name>', 'the same as naming it')
      .option('-a, --all', 'every lab of yours')
      .option('--rmi', 'also remove the container images that no lab uses any more');
    return withProgress(withJson(command)).action(async (labs: string[], options: Options) => {
      const [context, lab] = await Promise.all([cli.context(options), import('../../lab/down.ts')]);
      const named = options.lab === undefined ? labs : [...labs, options.lab];
      const gone = await lab.down(context, { labs: named, all: options.all === true });
      const images = options.rmi
        ? await (await import('../../lab/remove-images.ts')).removeImages(context)
        : [];
      if (options.json) cli.printJson({ down: gone, ...(options.rmi && { images }) });
      else if (gone.length === 0) cli.advise('no lab is running, nothing to do');
      else if (!options.quiet) for (const name of gone) cli.print(`${name} is down\n`);
      if (!options.json && !options.quiet) for (const name of images) cli.print(`image ${name} is removed\n`);
    });
  },
};
