import type { CliCommand, CommonOptions } from '../cli.ts';
import { collect, withJson, withProgress, withTimeout } from '../options.ts';
import { checksJson } from '../output/reporter/json.ts';
import { printUp } from '../output/up-report.ts';

interface Options extends CommonOptions {
  readonly name?: string;
  readonly runtime?: string;
  readonly engine?: readonly string[];
  readonly scale?: readonly string[];
  readonly publish?: readonly string[];
  readonly check?: boolean;
  readonly keep?: boolean;
  readonly timeout: number;
  readonly dryRun?: boolean;
}

export const up: CliCommand = {
  group: 'Start and end',
  define(program, cli) {
    const command = program
      .command('up')
      .summary('start a sandbox, or change the running lab to match it')
      .description(
        'Starts a sandbox and returns when every container is ready; run again, it changes only what differs.\n' +
          'When it fails, what it did is undone.',
      )
      .argument('<sandbox>', 'name of a sandbox (envoy-lab ls), or path of its folder')
      .option('-n, --name <lab>', "the lab's name, for a second one beside the first")
      .option('--runtime <runtime>', 'where containers run (default: ENVOY_LAB_RUNTIME, or what is there)')
      .option(
        '--engine <[node=]engine>',
        'what runs Envoy configs (default: ENVOY_LAB_ENGINE, or ts)',
        collect,
      )
      .option('--scale <node=replicas>', 'number of replicas of a node', collect)
      .option(
        '--publish <node:port=hostport>',
        'open a port of a node on just this port of the host',
        collect,
      )
      .option('--check', "run the sandbox's checks when it is up")
      .option('--keep', 'when it fails, leave everything as it is')
      .option('--dry-run', 'print what would be done, and do nothing');
    return withProgress(withJson(withTimeout(command, 'how long containers may take to be ready'))).action(
      async (sandbox: string, options: Options) => {
        const [context, lab, choices] = await Promise.all([
          cli.context(options),
          import('../../lab/up.ts'),
          import('../../lab/resolve/choices.ts'),
        ]);
        const report = await lab.up(context, {
          sandbox,
          name: options.name,
          runtime: options.runtime,
          choices: {
            engine: choices.parseEngineChoice(options.engine ?? []),
            scale: choices.parseScale(options.scale ?? []),
            publish: choices.parsePublish(options.publish ?? []),
          },
          keep: options.keep === true,
          timeoutMs: options.timeout,
          dryRun: options.dryRun === true,
        });
        const checks =
          options.check && report.observed !== undefined ? await import('../run-checks.ts') : undefined;
        if (checks !== undefined && options.json) {
          // One answer is one JSON value.
          const results = await checks.runSilently(cli, { ...options, lab: report.lab });
          await printUp(cli, report, options, checksJson(report.lab, results));
          return;
        }
        await printUp(cli, report, options);
        await checks?.runAndReport(cli, [], { ...options, lab: report.lab });
      },
    );
  },
};
