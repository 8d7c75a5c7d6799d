import { suggest } from '../document/suggest.ts';
import { LabError } from '../error.ts';
import { bootId } from '../process/identity.ts';
import type { RunningLab, Runtime } from '../runtime/runtime.ts';
import type { LabContext } from './context.ts';

/** A lab that runs, and where. */
export interface FoundLab {
  readonly runtime: Runtime;
  readonly running: RunningLab;
}

/** Names of all labs of this user that run, each with its runtime, sorted. */
export async function runningLabs(
  context: LabContext,
): Promise<readonly { readonly lab: string; readonly runtime: Runtime }[]> {
  const lists = await Promise.all(
    context.runtimes.map(async (source) => {
      const runtime = await source.load();
      return (await runtime.list()).map((lab) => ({ lab, runtime }));
    }),
  );
  return lists.flat().sort((a, b) => (a.lab < b.lab ? -1 : 1));
}

/**
 * The lab of that name, or the only one that runs.
 * @throws LabError `usage` when there is none or it is not clear which
 */
export async function findLab(context: LabContext, name: string | undefined): Promise<FoundLab> {
  const named = name === undefined ? undefined : await openLab(context, name);
  if (named !== undefined) return named;
  const labs = await runningLabs(context);
  const only = name === undefined && labs.length === 1 ? labs[0] : undefined;
  const running = await only?.runtime.open(only.lab);
  if (only !== undefined && running !== undefined) return { runtime: only.runtime, running };
  const names = labs.map(({ lab }) => lab);
  if (names.length === 0) {
    const what = name === undefined ? 'no lab is running' : `no lab "${name}" is running, and no other`;
    throw new LabError('usage', what, {
      hint: endedHint(context, name) ?? 'start one: envoy-lab up front-proxy',
    });
  }
  if (name === undefined) {
    throw new LabError('usage', `${names.length} labs are running: ${names.join(', ')}`, {
      hint: `say which with --lab, such as --lab ${names[0]}`,
    });
  }
  const near = suggest(name, names);
  const elsewhere = near === undefined ? `running: ${names.join(', ')}` : `did you mean "${near}"?`;
  throw new LabError('usage', `no lab "${name}" is running`, { hint: endedHint(context, name) ?? elsewhere });
}

/** What became of a lab that was written down and does not run; undefined when none was. */
function endedHint(context: LabContext, name: string | undefined): string | undefined {
  const records = context.store().list();
  const record = records.find(({ lab }) => lab === name) ?? (name === undefined ? records[0] : undefined);
  if (record === undefined) return undefined;
  const why = record.bootId === bootId() ? 'its supervisor ended' : 'the machine was booted since';
  return `lab "${record.lab}" was started from ${record.folder}, but ${why}; start it again, or envoy-lab down`;
}

/** The runtime on which a lab of that name runs; undefined when none does. */
export async function openLab(context: LabContext, lab: string): Promise<FoundLab | undefined> {
  const recorded = context.store().read(lab)?.runtime;
  // Where it was started is looked at first: then the others' code is not even loaded.
  const sources = [...context.runtimes].sort(
    (a, b) => Number(b.name === recorded) - Number(a.name === recorded),
  );
  for (const source of sources) {
    const runtime = await source.load();
    const running = await runtime.open(lab);
    if (running !== undefined) return { runtime, running };
  }
  return undefined;
}
