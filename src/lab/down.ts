import { suggest } from '../document/suggest.ts';
import { LabError } from '../error.ts';
import type { LabContext } from './context.ts';
import { allRuntimes, openLab, orWarn, runningLabs } from './find.ts';
import { lockLab } from './lock-lab.ts';
import { removeManifests } from './manifests.ts';

export interface DownOptions {
  /** Names of labs; none: the only one that runs. */
  readonly labs: readonly string[];
  /** Every lab of this user. */
  readonly all: boolean;
}

/**
 * Takes labs away, in parallel; needs neither their state file nor their sandbox's folder. What is left of a lab whose
 * supervisor died, or of one from before the machine's last boot, goes too.
 *
 * @returns the names of the labs that are gone now
 * @throws LabError `usage` when a named lab does not exist or it is not clear which is meant
 */
export async function down(context: LabContext, options: DownOptions): Promise<readonly string[]> {
  // An engine that does not answer is told of when a lab of it is to go, and only then.
  const quiet = { ...context, emit: () => undefined };
  const running = (await runningLabs(quiet)).map(({ lab }) => lab);
  const recorded = context
    .store()
    .list()
    .map(({ lab }) => lab);
  const names = chooseLabs(options, running, recorded);
  const gone = await Promise.all(
    names.map(async (lab) => {
      try {
        return await downOne(context, lab, recorded.includes(lab));
      } catch (error) {
        // One lab that cannot be reached is no reason to leave the others.
        if (!options.all || !(error instanceof LabError)) throw error;
        const hint = error.hint === undefined ? '' : ` (${error.hint})`;
        context.emit({ kind: 'warning', text: `${error.message}${hint}` });
        return undefined;
      }
    }),
  );
  const swept = options.all ? await sweepAll(context) : [];
  await context.store().tidy();
  return [...new Set([...gone.filter((lab) => lab !== undefined), ...swept])];
}

function chooseLabs(
  options: DownOptions,
  running: readonly string[],
  recorded: readonly string[],
): readonly string[] {
  const known = [...new Set([...running, ...recorded])];
  if (options.all) return known;
  if (options.labs.length > 0) return [...new Set(options.labs)];
  if (running.length > 1) {
    throw new LabError('usage', `${running.length} labs are running: ${running.join(', ')}`, {
      hint: `say which, such as envoy-lab down ${running[0]}, or take all with --all`,
    });
  }
  return running.length === 1 ? running : recorded;
}

async function downOne(context: LabContext, lab: string, recorded: boolean): Promise<string | undefined> {
  const start = performance.now();
  await using _lock = await lockLab(context, lab);
  const found = await openLab(context, lab);
  await using running = found?.running;
  await running?.remove();
  const swept = running === undefined ? await sweepAll(context, lab) : [];
  if (running === undefined && swept.length === 0 && !recorded) throw await unknownLab(context, lab);
  await context.store().remove(lab);
  await removeManifests(context, lab);
  context.emit({ kind: 'lab', lab, state: 'down', ms: performance.now() - start });
  return lab;
}

async function sweepAll(context: LabContext, lab?: string): Promise<string[]> {
  const swept = await Promise.all(
    (await allRuntimes(context)).map(async (runtime) => {
      const { endpoint } = runtime;
      if (endpoint !== undefined && !(await runtime.probe()).available) return undefined;
      return orWarn(context, runtime, () => runtime.sweep(lab));
    }),
  );
  return swept.flatMap((labs) => labs ?? []);
}

async function unknownLab(context: LabContext, lab: string): Promise<LabError> {
  const names = (await runningLabs({ ...context, emit: () => undefined })).map((other) => other.lab);
  const near = suggest(lab, names);
  const others = names.length === 0 ? 'no lab is, so there is nothing to do' : `running: ${names.join(', ')}`;
  return new LabError('usage', `no lab "${lab}" is running`, {
    hint: near === undefined ? others : `did you mean "${near}"?`,
  });
}
