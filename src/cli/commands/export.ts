import { Option } from 'commander';
import type { Exported } from '../../lab/export/export.ts';
import { type ExportFormat, exportFormats } from '../../lab/export/format.ts';
import type { CliCommand, CommonOptions } from '../cli.ts';
import { collect } from '../options.ts';

interface Options extends CommonOptions {
  readonly format: ExportFormat;
  readonly output?: string;
  readonly engine?: readonly string[];
  readonly scale?: readonly string[];
  readonly image?: readonly string[];
  readonly namespace?: string;
  readonly istio?: boolean;
}

export const exporting: CliCommand = {
  group: 'Sandboxes',
  define(program, cli) {
    return program
      .command('export')
      .summary('write a sandbox for kubectl, oc or docker compose')
      .description(
        'Writes a sandbox as files that other tools run, with images anybody can pull and nothing of envoy-lab:\n' +
          'kubectl apply -f FILE, oc process -f FILE | oc apply -f -, docker compose up.',
      )
      .argument('<sandbox>', 'name of a sandbox (envoy-lab ls), or path of its folder')
      .addOption(new Option('--format <format>', 'what for').choices(exportFormats).default('kubernetes'))
      .option('-o, --output <file>', 'write there; in a folder (DIR/) compose has its files beside it')
      .option(
        '--engine <[node=]engine>',
        'what runs Envoy configs: ts, envoy, or a version such as envoy@1.38 (default: ENVOY_LAB_ENGINE, or ts)',
        collect,
      )
      .option('--scale <node=replicas>', 'number of replicas of a node', collect)
      .option('--image <reference=image>', 'an image of ours in the place of one of a registry', collect)
      .option('--namespace <namespace>', 'kubernetes: make a namespace, and put everything there')
      .option('--istio', 'kubernetes: for a mesh, which takes the place of sidecars')
      .option('-q, --quiet', 'no advice')
      .action(async (sandbox: string, options: Options) => {
        const [context, { exportSandbox }, choices, { isFolder, writeExported }] = await Promise.all([
          cli.context(options),
          import('../../lab/export/export.ts'),
          import('../../lab/resolve/choices.ts'),
          import('../../lab/export/write.ts'),
        ]);
        const { format, output, namespace } = options;
        const exported = await exportSandbox(context, {
          sandbox,
          format,
          choices: {
            ...choices.noChoices,
            engine: choices.parseEngineChoice(options.engine ?? []),
            scale: choices.parseScale(options.scale ?? []),
            images: choices.parseImages(options.image ?? []),
          },
          namespace,
          istio: options.istio === true,
          beside: output !== undefined && (await isFolder(output, context.cwd)),
        });
        if (output === undefined) cli.print(exported.main.content.toString());
        else await write(exported, output, writeExported, context.cwd);
        for (const note of exported.notes) cli.advise(`note: ${note}`);
      });

    async function write(
      exported: Exported,
      output: string,
      writeExported: typeof import('../../lab/export/write.ts').writeExported,
      cwd: string,
    ) {
      const written = await writeExported(exported, output, cwd);
      cli.advise(`wrote ${written}`);
    }
  },
};
