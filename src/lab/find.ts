import { suggest } from '../document/suggest.ts';
import { LabError } from '../error.ts';
import { bootId } from '../process/identity.ts';
import type { RunningLab, Runtime } from '../runtime/runtime.ts';
import type { LabRecord } from '../state/store.ts';
import type { LabContext, RuntimeSource } from './context.ts';

/** A lab that runs, and where. */
export interface FoundLab {
  readonly runtime: Runtime;
  readonly running: RunningLab;
}

/**
 * Names of all labs of this user that run, each with its runtime, sorted. An engine that some lab was started on and
 * that does not answer is told as a warning.
 */
export async function runningLabs(
  context: LabContext,
): Promise<readonly { readonly lab: string; readonly runtime: Runtime }[]> {
  const lists = await Promise.all(
    (await allRuntimes(context)).map(async (runtime) => {
      const labs = await orWarn(context, runtime, () => runtime.list());
      return (labs ?? []).map((lab) => ({ lab, runtime }));
    }),
  );
  return lists.flat().sort((a, b) => (a.lab < b.lab ? -1 : 1));
}

/** Every runtime that labs may run on: those of this machine, and the engines that answer or that a lab was started on. */
export async function allRuntimes(context: LabContext): Promise<readonly Runtime[]> {
  const runtimes = await Promise.all(context.runtimes.map((source) => runtimesOf(context, source)));
  return runtimes.flat();
}

async function runtimesOf(context: LabContext, source: RuntimeSource): Promise<readonly Runtime[]> {
  if (source.endpoints === undefined) return [await source.load()];
  const recorded = context
    .store()
    .list()
    .flatMap(({ runtime, endpoint }) => (runtime === source.name ? (endpoint ?? []) : []));
  const endpoints = await source.endpoints(recorded);
  return Promise.all(endpoints.map((endpoint) => source.load(endpoint)));
}

/** What a runtime answers; undefined, and a warning, when its engine does not. */
export async function orWarn<T>(
  context: LabContext,
  { name, endpoint }: Runtime,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (endpoint === undefined || !(error instanceof LabError)) throw error;
    const labs = context
      .store()
      .list()
      .filter((record) => record.endpoint === endpoint);
    const lost = labs.length === 0 ? '' : `; labs started there: ${labs.map(({ lab }) => lab).join(', ')}`;
    context.emit({ kind: 'warning', text: `runtime ${name}: ${error.message}${lost}` });
    return undefined;
  }
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
  const ended = record.endpoint === undefined ? 'its supervisor ended' : 'its containers are gone';
  const why = record.bootId === bootId() ? ended : 'the machine was booted since';
  return `lab "${record.lab}" was started from ${record.folder}, but ${why}; start it again, or envoy-lab down`;
}

/**
 * The runtime on which a lab of that name runs; undefined when none does.
 * @throws LabError `runtime` when the engine it was started on does not answer
 */
export async function openLab(context: LabContext, lab: string): Promise<FoundLab | undefined> {
  const record = context.store().read(lab);
  const source = context.runtimes.find(({ name }) => name === record?.runtime);
  // Where it was started is looked at first: then the others' code is not even loaded.
  if (record !== undefined && source !== undefined) {
    const runtime = await source.load(record.endpoint);
    const running = await runtime.open(lab).catch((error: unknown) => {
      throw record.endpoint !== undefined && error instanceof LabError
        ? lostEngine(context, record, error)
        : error;
    });
    if (running !== undefined) return { runtime, running };
  }
  // Other labs' engines are told of when those labs are asked for.
  const quiet = { ...context, emit: () => undefined };
  for (const runtime of await allRuntimes(context)) {
    if (record?.runtime === runtime.name && record.endpoint === runtime.endpoint) continue;
    const running = await orWarn(quiet, runtime, () => runtime.open(lab));
    if (running !== undefined) return { runtime, running };
  }
  return undefined;
}

function lostEngine(context: LabContext, { lab, endpoint }: LabRecord, error: LabError): LabError {
  const file = `${context.store().folder}/${lab}.json`;
  return new LabError('runtime', `lab "${lab}" was started on ${endpoint}, and ${error.message}`, {
    hint: `start that engine again, or give a new lab another name with --name; if it is gone for good, delete ${file}`,
    cause: error,
  });
}
