import type { EngineFinding } from '../engine/engine.ts';
import type { ProbeReport } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';
import { onPath } from './on-path.ts';

/** What envoy-lab can do on this machine, and what is missing for more. */
export interface Diagnosis {
  readonly node: string;
  readonly runtimes: readonly { readonly name: string; readonly report: ProbeReport }[];
  readonly engines: readonly {
    readonly name: string;
    readonly summary: string;
    readonly finding: EngineFinding;
  }[];
  /** Path of the system's curl; undefined: the built-in client stands in. */
  readonly curl: string | undefined;
  readonly state: { readonly folder: string } | { readonly problem: string };
  /** Whether a lab can be started. */
  readonly ok: boolean;
}

export async function diagnose(context: LabContext): Promise<Diagnosis> {
  const [runtimes, engines, curl] = await Promise.all([
    Promise.all(
      context.runtimes.map(async (source) => ({
        name: source.name,
        report: await (await source.load()).probe(),
      })),
    ),
    Promise.all(
      context.engines.map(async (engine) => {
        const { name, summary } = engine;
        return { name, summary, finding: await engine.find(context.machine) };
      }),
    ),
    onPath('curl', context.env.PATH ?? ''),
  ]);
  const state = stateOf(context);
  const usable =
    runtimes.some(({ report }) => report.available) && engines.some(({ finding }) => finding.found);
  return { node: process.version, runtimes, engines, curl, state, ok: usable && 'folder' in state };
}

function stateOf(context: LabContext): Diagnosis['state'] {
  try {
    return { folder: context.store().folder };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
