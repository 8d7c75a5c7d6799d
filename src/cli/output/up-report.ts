import type { UpReport } from '../../lab/up.ts';
import { joinWords } from '../../process/words.ts';
import type { ObservedLab, ObservedPort } from '../../runtime/runtime.ts';
import type { Cli, CommonOptions } from '../cli.ts';
import { took } from './duration.ts';
import { labJson } from './lab-json.ts';
import { timingsJson, timingsText } from './timings-text.ts';

export interface UpReportOptions extends CommonOptions {
  /** Print where the time went. */
  readonly timings?: boolean;
  /** ms from the start of the command until `up` began. */
  readonly toolMs: number;
}

/** What `up` answers: the plan of a dry run, else the published addresses; advice goes to stderr. */
export async function printUp(
  cli: Cli,
  report: UpReport,
  options: UpReportOptions,
  check?: unknown,
): Promise<void> {
  const { planText, planJson } = await import('../../lab/plan/plan-text.ts');
  const { toolMs } = options;
  const timings = options.timings ? timingsJson(report.timings, toolMs) : undefined;
  if (report.observed === undefined) {
    if (options.json) cli.printJson({ lab: report.lab, operations: planJson(report.plan), timings });
    else cli.print(planText(report.plan));
    printTimings(cli, report, options);
    return;
  }
  const changed = report.plan.operations.length > 0;
  if (options.json) {
    cli.printJson({ ...labJson(report.observed), changed, ms: Math.round(report.ms), timings, check });
    return;
  }
  cli.endProgress();
  const { nodes } = report.observed;
  const containers = nodes.reduce((sum, { spec }) => sum + spec.containers.length, 0);
  const size = `${count(containers, 'container')} in ${count(nodes.length, 'node')}`;
  const what = changed ? `is up after ${took(report.ms)}` : 'is as wanted, nothing to do';
  cli.advise(`${cli.style.bold(report.lab)} ${what}: ${size}`);
  const addresses = addressLines(report.observed);
  if (addresses !== '') {
    cli.advise('');
    cli.print(addresses);
  }
  printTimings(cli, report, options);
  cli.advise(`\nTry: ${suggestion(report)}`);
}

function printTimings(cli: Cli, report: UpReport, { timings, toolMs, json }: UpReportOptions): void {
  if (timings && !json) cli.print(`\n${timingsText(report.timings, toolMs, cli.style)}`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `front-envoy-1  http   http://127.0.0.1:8080`, a line a published port; numbers that could not be had are told. */
export function addressLines(lab: ObservedLab): string {
  const rows = lab.nodes.flatMap(({ spec, published }) =>
    published.map((port) => {
      const wanted = spec.publish.find(({ name }) => name === port.name)?.hostPort ?? 0;
      const why = port.moved === 'privileged' ? 'may only be opened by root' : 'is taken';
      const moved = wanted !== 0 && wanted !== port.hostPort ? `  (${wanted} ${why})` : '';
      return [spec.name, port.name, `${address(port)}${moved}`] as const;
    }),
  );
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([node, name, url]) => `${node.padEnd(widths[0]!)}  ${name.padEnd(widths[1]!)}  ${url}\n`)
    .join('');
}

/** A URL where the port's name tells the scheme, else `127.0.0.1:PORT`. */
function address({ name, protocol, hostPort }: ObservedPort): string {
  const host = `127.0.0.1:${hostPort}`;
  if (protocol === 'udp') return `${host}/udp`;
  if (/https|tls/.test(name)) return `https://${host}`;
  return /http|admin|web/.test(name) ? `http://${host}` : host;
}

/** One command to go on with: the first request of the sandbox's checks, or a look around. */
function suggestion({ lab, sandbox }: UpReport): string {
  const named = lab === sandbox.name ? '' : ` --lab ${lab}`;
  const actions = sandbox.checks.flatMap(({ steps }) => steps.map(({ action }) => action));
  const curl = actions.find((action) => action.kind === 'curl');
  if (curl?.kind !== 'curl') return `envoy-lab ps${named}`;
  const from = curl.from === undefined ? '' : ` --from ${curl.from}`;
  return `envoy-lab curl${named}${from} ${joinWords(curl.words)}`;
}
