import type { EngineFinding, FoundProgram } from '../engine/engine.ts';
import { type EngineSelector, readEngineSelector } from '../engine/selector.ts';
import type { EnginePlace, ProbeReport } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';
import { onPath } from './on-path.ts';

/** What envoy-lab can do on this machine, and what is missing for more. */
export interface Diagnosis {
  readonly node: string;
  readonly runtimes: readonly {
    readonly name: string;
    readonly report: ProbeReport;
    /** Where its engine was looked for, when it can have several. */
    readonly places?: readonly EnginePlace[];
  }[];
  readonly engines: readonly {
    readonly name: string;
    readonly summary: string;
    readonly finding: EngineFinding;
    /** Every program of it that there is; the one taken is that of `finding`. */
    readonly programs: readonly FoundProgram[];
  }[];
  /** Path of the system's curl; undefined: the built-in client stands in. */
  readonly curl: string | undefined;
  readonly state: { readonly folder: string } | { readonly problem: string };
  /** Whether a lab can be started. */
  readonly ok: boolean;
}

export async function diagnose(context: LabContext): Promise<Diagnosis> {
  const wanted = wantedEngine(context);
  const [runtimes, engines, curl] = await Promise.all([
    Promise.all(
      context.runtimes.map(async (source) => {
        const report = await (await source.load()).probe();
        const places = await source.survey?.();
        return { name: source.name, report, ...(places && { places }) };
      }),
    ),
    Promise.all(
      context.engines.map(async (engine) => {
        const { name, summary } = engine;
        const [finding, programs] = await Promise.all([
          engine.find(context.machine, wanted?.name === name ? wanted.version : undefined),
          engine.survey(context.machine),
        ]);
        return { name, summary, finding, programs };
      }),
    ),
    onPath('curl', context.env.PATH ?? ''),
  ]);
  const state = stateOf(context);
  const usable =
    runtimes.some(({ report }) => report.available) && engines.some(({ finding }) => finding.found);
  return { node: process.version, runtimes, engines, curl, state, ok: usable && 'folder' in state };
}

/** What ENVOY_LAB_ENGINE says. */
function wantedEngine({ env, engines }: LabContext): EngineSelector | undefined {
  const names = engines.map(({ name }) => name);
  return env.ENVOY_LAB_ENGINE
    ? readEngineSelector(env.ENVOY_LAB_ENGINE, names, 'ENVOY_LAB_ENGINE')
    : undefined;
}

function stateOf(context: LabContext): Diagnosis['state'] {
  try {
    return { folder: context.store().folder };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
