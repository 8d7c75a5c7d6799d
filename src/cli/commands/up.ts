import { text } from 'node:stream/consumers';
import { LabError } from '../../error.ts';
import type { ManifestRequest } from '../../lab/manifests.ts';
import type { UpReport } from '../../lab/up.ts';
import type { ManifestUpReport } from '../../lab/up-manifests.ts';
import type { Cli, CliCommand, CommonOptions } from '../cli.ts';
import { collect, withJson, withProgress, withTimeout } from '../options.ts';
import { checksJson } from '../output/reporter/json.ts';
import { printUp } from '../output/up-report.ts';

interface Options extends CommonOptions {
  readonly filename?: readonly string[];
  readonly param?: readonly string[];
  readonly paramFile?: readonly string[];
  readonly checks?: string;
  readonly name?: string;
  readonly runtime?: string;
  readonly engine?: readonly string[];
  readonly scale?: readonly string[];
  readonly publish?: readonly string[];
  readonly image?: readonly string[];
  readonly check?: boolean;
  readonly keep?: boolean;
  readonly timeout: number;
  readonly dryRun?: boolean;
  readonly pull?: boolean;
  readonly timings?: boolean;
}

export const up: CliCommand = {
  group: 'Start and end',
  define(program, cli) {
    const command = program
      .command('up')
      .summary('start a sandbox, or change the running lab to match it')
      .description(
        'Starts a sandbox and returns when every container is ready; run again, it changes only what differs.\n' +
          'When it fails, what it did is undone. With -f it runs Kubernetes manifests and OpenShift templates.',
      )
      .argument('[sandbox]', 'name of a sandbox (envoy-lab ls), or path of its folder')
      .option(
        '-f, --filename <file>',
        'manifests in the place of a sandbox: a file, a directory, - for stdin',
        collect,
      )
      .option('--param <name=value>', "a parameter of the manifests' template", collect)
      .option('--param-file <file>', 'a file with a parameter a line', collect)
      .option(
        '--checks <file>',
        'checks for the lab of manifests: a file that has some, such as a sandbox.yaml',
      )
      .option('-n, --name <lab>', "the lab's name, for a second one beside the first")
      .option(
        '--runtime <runtime>',
        'where containers run (default: ENVOY_LAB_RUNTIME, or docker when an engine answers, else process)',
      )
      .option(
        '--engine <[node=]engine>',
        'what runs Envoy configs: ts, envoy, or a version such as envoy@1.38 (default: ENVOY_LAB_ENGINE, or ts)',
        collect,
      )
      .option(
        '--namespace <namespace>',
        "with --runtime kubernetes: a namespace that is there, in place of one of the lab's own (default: ENVOY_LAB_NAMESPACE)",
      )
      .option('--scale <node=replicas>', 'number of replicas of a node', collect)
      .option(
        '--publish <node:port=hostport>',
        'open a port of a node on just this port of the host',
        collect,
      )
      .option(
        '--image <reference=image>',
        'run one of our images in the place of one of a registry that the sandbox names',
        collect,
      )
      .option('--pull', "pull container images, also where they could be assembled from this machine's files")
      .option('--check', "run the sandbox's checks when it is up")
      .option('--keep', 'when it fails, leave everything as it is')
      .option('--timings', 'print where the time went')
      .option('--dry-run', 'print what would be done, and do nothing');
    return withProgress(withJson(withTimeout(command, 'how long containers may take to be ready'))).action(
      async (sandbox: string | undefined, options: Options) => {
        checkSource(sandbox, options);
        checkNamespace(options, cli);
        const [context, choices, lab, manifests] = await Promise.all([
          cli.context(options),
          import('../../lab/resolve/choices.ts'),
          import('../../lab/up.ts'),
          import('../../lab/up-manifests.ts'),
        ]);
        const images = choices.parseImages(options.image ?? []);
        const wanted = {
          runtime: options.runtime,
          choices: {
            engine: choices.parseEngineChoice(options.engine ?? []),
            scale: choices.parseScale(options.scale ?? []),
            publish: choices.parsePublish(options.publish ?? []),
            // With manifests an Envoy is one by then.
            images:
              sandbox === undefined ? new Map([...images].filter(([, image]) => image !== 'envoy')) : images,
          },
          pull: options.pull === true,
          keep: options.keep === true,
          timeoutMs: options.timeout,
          dryRun: options.dryRun === true,
        };
        const toolMs = cli.io.now() - cli.io.startedAt;
        const report: UpReport & Partial<ManifestUpReport> =
          sandbox === undefined
            ? await manifests.upManifests(context, manifestsOf(cli, options, images), wanted)
            : await lab.up(context, { ...wanted, sandbox, name: options.name });
        const checks =
          options.check && report.observed !== undefined ? await import('../run-checks.ts') : undefined;
        if (checks !== undefined && options.json) {
          // One answer is one JSON value.
          const results = await checks.runSilently(cli, { ...options, lab: report.lab });
          await printUp(cli, report, { ...options, toolMs }, checksJson(report.lab, results));
          return;
        }
        for (const message of report.messages ?? []) cli.advise(message);
        await printUp(cli, report, { ...options, toolMs });
        await checks?.runAndReport(cli, [], { ...options, lab: report.lab });
      },
    );
  },
};

/** @throws LabError `usage` when it is not clear what is to run */
function checkSource(sandbox: string | undefined, options: Options): void {
  const manifests = options.filename !== undefined;
  if (sandbox === undefined && !manifests) {
    throw new LabError('usage', 'up needs a sandbox, or manifests', {
      hint: 'envoy-lab ls lists the sandboxes there are; -f FILE takes manifests',
    });
  }
  if (sandbox !== undefined && manifests) {
    throw new LabError('usage', `up takes a sandbox or manifests, and was given ${sandbox} beside -f`, {
      hint: `if that is a manifest too, give it with -f ${sandbox}`,
    });
  }
  const lost = (['param', 'paramFile', 'checks'] as const).find((name) => options[name] !== undefined);
  if (!manifests && lost !== undefined) {
    const flag = { param: '--param', paramFile: '--param-file', checks: '--checks' }[lost];
    throw new LabError('usage', `${flag} goes with -f`, { hint: 'a sandbox has no parameters' });
  }
}

function manifestsOf(cli: Cli, options: Options, images: ReadonlyMap<string, string>): ManifestRequest {
  return {
    files: options.filename ?? [],
    stdin: () => text(cli.io.stdin),
    parameters: options.param ?? [],
    parameterFiles: options.paramFile ?? [],
    images,
    checks: options.checks,
    name: options.name,
  };
}

/** @throws LabError `usage` when a namespace is named and no cluster is used */
function checkNamespace({ namespace, runtime }: Options, { io }: Cli): void {
  const wanted = runtime ?? io.env.ENVOY_LAB_RUNTIME;
  if (namespace === undefined || wanted === 'kubernetes') return;
  throw new LabError('usage', '--namespace is of --runtime kubernetes', {
    hint: 'add that, or leave it away',
  });
}
