import type { ObservedLab, RunningLab, Runtime } from '../runtime/runtime.ts';
import type { LabRecord } from '../state/store.ts';
import type { LabContext } from './context.ts';
import { execute } from './execute/execute.ts';
import { containerName } from './lab-spec.ts';
import { plan } from './plan/plan.ts';

export interface UndoRequest {
  readonly lab: string;
  readonly runtime: Runtime;
  /** undefined: it could not even be made. */
  readonly running: RunningLab | undefined;
  /** How the lab was before; undefined: there was none. */
  readonly before: ObservedLab | undefined;
  /** What was written down of it then. */
  readonly record: LabRecord | undefined;
}

/** ms for putting a lab back; whatever is not ready by then is left to itself. */
const undoTimeoutMs = 15_000;

/** Puts a lab back to how it was. What fails here is told as a warning: the reason for undoing matters more. */
export async function undo(
  context: LabContext,
  { lab, runtime, running, before, record }: UndoRequest,
): Promise<void> {
  const start = performance.now();
  const told = (state: 'undoing' | 'undone' | 'gone') =>
    context.emit({ kind: 'lab', lab, state, ms: performance.now() - start });
  told('undoing');
  try {
    if (before === undefined) {
      await removeLab(runtime, lab, running);
      await context.store().remove(lab);
    } else {
      if (running !== undefined) await putBack(running, before);
      if (record !== undefined) await context.store().write(record);
    }
    told(before === undefined ? 'gone' : 'undone');
  } catch (error) {
    const text = `lab ${lab} could not be put back as it was: ${(error as Error).message}`;
    context.emit({ kind: 'warning', text });
  }
}

/** Takes a lab away; when its supervisor died on the way, what that left. */
async function removeLab(runtime: Runtime, lab: string, running: RunningLab | undefined): Promise<void> {
  try {
    await running?.remove();
  } catch (error) {
    if ((await runtime.open(lab)) !== undefined) throw error;
  }
  await runtime.sweep(lab);
}

async function putBack(running: RunningLab, before: ObservedLab): Promise<void> {
  const desired = { identity: before.identity, nodes: before.nodes.map(({ spec }) => spec) };
  const asleep = before.nodes.flatMap(({ spec, containers }) =>
    containers
      .filter(({ state }) => ['created', 'stopped', 'exited'].includes(state))
      .map(({ name }) => containerName(spec.name, name)),
  );
  const back = plan(desired, await running.observe(), { asleep: new Set(asleep) });
  await execute(back, {
    lab: running,
    timeoutMs: undoTimeoutMs,
    emit: () => undefined,
    // Undoing is what an interrupted command still does.
    signal: new AbortController().signal,
  });
}
