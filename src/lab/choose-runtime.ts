import { suggest } from '../document/suggest.ts';
import { LabError } from '../error.ts';
import type { ProbeReport, Runtime } from '../runtime/runtime.ts';
import type { RuntimeSource } from './context.ts';

export interface ChosenRuntime {
  readonly runtime: Runtime;
  readonly report: ProbeReport;
  /** Why this one: `asked for with --runtime`. */
  readonly reason: string;
}

/** Taken when nobody says which: the first that can be used. */
const preference = ['docker', 'process'];

/**
 * @param asked the command line's word
 * @param byDefault that of ENVOY_LAB_RUNTIME
 * @throws LabError `usage` when there is no runtime of that name, `runtime` when it cannot be used here
 */
export async function chooseRuntime(
  sources: readonly RuntimeSource[],
  asked: string | undefined,
  byDefault: string | undefined,
): Promise<ChosenRuntime> {
  const name = asked ?? (byDefault || undefined);
  if (name !== undefined) {
    const reason = asked === undefined ? 'from ENVOY_LAB_RUNTIME' : 'asked for with --runtime';
    const source = sources.find((candidate) => candidate.name === name);
    if (source === undefined) throw unknownRuntime(name, sources, asked === undefined);
    const runtime = await source.load();
    const report = await runtime.probe();
    if (!report.available) {
      throw new LabError('runtime', `runtime ${name} cannot be used: ${report.detail}`, {
        hint: report.hint,
      });
    }
    return { runtime, report, reason: withEngine(reason, runtime, report) };
  }
  const refused: string[] = [];
  for (const candidate of preference) {
    const source = sources.find((known) => known.name === candidate);
    if (source === undefined) continue;
    const runtime = await source.load();
    const report = await runtime.probe();
    const reason = refused.length === 0 ? 'the default' : refused.join('; ');
    if (report.available) return { runtime, report, reason: withEngine(reason, runtime, report) };
    refused.push(`${candidate}: ${report.detail}`);
  }
  throw new LabError('runtime', `no runtime can be used here: ${refused.join('; ')}`, {
    hint: 'envoy-lab doctor says what is missing',
  });
}

/** Where there can be several engines, which one it is. */
function withEngine(reason: string, { endpoint }: Runtime, { detail }: ProbeReport): string {
  return endpoint === undefined ? reason : `${reason} (${detail})`;
}

function unknownRuntime(name: string, sources: readonly RuntimeSource[], fromEnvironment: boolean): LabError {
  const known = sources.map((source) => source.name);
  const where = fromEnvironment ? ' (from ENVOY_LAB_RUNTIME)' : '';
  const near = suggest(name, known);
  return new LabError('usage', `no runtime "${name}"${where}; there is ${known.join(', ')}`, {
    hint: near === undefined ? undefined : `did you mean "${near}"?`,
  });
}
