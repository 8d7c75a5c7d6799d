import { LabError } from '../error.ts';
import { bootId } from '../process/identity.ts';
import type { LabIdentity } from '../runtime/node-spec.ts';
import type { ObservedLab, RunningLab, Runtime } from '../runtime/runtime.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { chooseRuntime } from './choose-runtime.ts';
import type { LabContext } from './context.ts';
import { execute } from './execute/execute.ts';
import { openLab } from './find.ts';
import { lockLab } from './lock-lab.ts';
import { checkLabName } from './name.ts';
import type { Plan } from './plan/operation.ts';
import { plan } from './plan/plan.ts';
import { certificates } from './resolve/certificates.ts';
import { checkChoices, type LabChoices } from './resolve/choices.ts';
import { loadInputs } from './resolve/load-inputs.ts';
import { identityOf, resolve } from './resolve/resolve.ts';
import { readSandbox } from './sandboxes.ts';
import { inOrder } from './select.ts';
import { tellChoice } from './tell-choice.ts';
import { undo } from './undo.ts';

export interface UpOptions {
  /** Name or path of a sandbox. */
  readonly sandbox: string;
  /** The lab's name; the sandbox's when undefined. */
  readonly name: string | undefined;
  readonly runtime: string | undefined;
  readonly choices: LabChoices;
  /** Leave everything as it is when it fails. */
  readonly keep: boolean;
  /** ms until every container has to be ready. */
  readonly timeoutMs: number;
  /** Only plan. */
  readonly dryRun: boolean;
}

export interface UpReport {
  readonly lab: string;
  readonly sandbox: Sandbox;
  readonly runtime: string;
  readonly mode: string;
  readonly plan: Plan;
  /** The lab as it is now; undefined after a dry run. */
  readonly observed: ObservedLab | undefined;
  readonly ms: number;
}

/**
 * Starts a lab, or changes the running one into what the sandbox and the choices say. When it fails, what this run did
 * is undone unless `keep` says otherwise.
 *
 * @throws DocumentError when the sandbox or a config is wrong; LabError `usage`, `runtime`, `interrupted`
 */
export async function up(context: LabContext, options: UpOptions): Promise<UpReport> {
  const start = performance.now();
  const { choices, dryRun } = options;
  // Looking at the machine takes a while in which this process has nothing to do.
  const choosing = chooseRuntime(context.runtimes, options.runtime, context.env.ENVOY_LAB_RUNTIME);
  choosing.catch(() => undefined);
  const sandbox = await readSandbox(context, options.sandbox);
  const lab = checkLabName(options.name ?? sandbox.name);
  checkChoices(choices, sandbox);
  const chosen = await choosing;
  await using _lock = dryRun ? undefined : await lockLab(context, lab);
  const found = await openLab(context, lab);
  await using running = found?.running;
  const observed = await running?.observe();
  const asked = options.runtime === undefined ? undefined : chosen.runtime;
  checkSameLab(lab, sandbox, observed, asked, found?.runtime);
  const runtime = found?.runtime ?? chosen.runtime;
  const record = context.store().read(lab);
  const minted = certificates(sandbox, new Date(context.now()), { state: record?.certs ?? {}, observed });
  const identity = identityOf(sandbox, { lab, owner: context.owner });
  if (!dryRun) {
    await context.store().write({
      version: 1,
      lab,
      sandbox: sandbox.name,
      folder: sandbox.folder,
      runtime: runtime.name,
      createdAt: observed?.createdAt ?? context.now(),
      bootId: bootId(),
      certs: minted.state,
    });
  }
  const creation = running === undefined && !dryRun ? new Creation(runtime, identity) : undefined;
  let executing = false;
  try {
    const defaultEngine = context.env.ENVOY_LAB_ENGINE || context.engines[0]!.name;
    const { engine } = choices;
    const inputs = await loadInputs(sandbox, context, { engine, defaultEngine, certFiles: minted.files });
    const desired = resolve(sandbox, inputs, { lab, owner: context.owner, defaultEngine, choices });
    tellChoice(context, desired, inputs, { ...chosen, runtime }, engine);
    const wanted = plan(desired, observed);
    const report = { lab, sandbox, runtime: runtime.name, plan: wanted };
    if (dryRun) {
      return { ...report, mode: chosen.report.mode, observed: undefined, ms: performance.now() - start };
    }
    executing = true;
    const { timeoutMs } = options;
    const { emit, signal } = context;
    await execute(wanted, { lab: running ?? (() => creation!.made), timeoutMs, emit, signal });
    const now = inOrder(await (running ?? (await creation!.made)).observe());
    const ms = performance.now() - start;
    emit({ kind: 'lab', lab, state: 'up', ms });
    return { ...report, mode: now.mode, observed: now, ms };
  } catch (error) {
    if (!dryRun && !(executing && options.keep)) {
      const made = running ?? (await creation?.settled());
      // Nothing that anybody has seen was done before the plan was begun.
      const quiet = executing ? context : { ...context, emit: () => undefined };
      await undo(quiet, { lab, runtime, running: made, before: observed, record });
    }
    throw executing && options.keep && error instanceof LabError ? kept(error, lab) : error;
  } finally {
    await (await creation?.settled())?.[Symbol.asyncDispose]();
  }
}

/** The failure of a run that leaves everything as it is: to advise `--keep` is of no use any more. */
function kept(error: LabError, lab: string): LabError {
  const hint = `everything is left as it is: look around with envoy-lab ps --lab ${lab} (logs, exec); envoy-lab down ${lab} takes it away`;
  return new LabError(error.code, error.message, { hint, cause: error.cause });
}

/** An empty lab in the making: that takes as long as reading and checking what will run in it, and goes on beside it. */
class Creation {
  readonly made: Promise<RunningLab>;

  constructor(runtime: Runtime, identity: LabIdentity) {
    this.made = runtime.create(identity);
    this.made.catch(() => undefined);
  }

  /** The lab, or undefined when it could not be made. */
  settled(): Promise<RunningLab | undefined> {
    return this.made.catch(() => undefined);
  }
}

/** @throws LabError `usage` when a lab of that name runs something else, or elsewhere */
function checkSameLab(
  lab: string,
  sandbox: Sandbox,
  observed: ObservedLab | undefined,
  asked: Runtime | undefined,
  runtime: Runtime | undefined,
): void {
  if (observed === undefined) return;
  const { folder } = observed.identity;
  if (folder !== sandbox.folder) {
    throw new LabError('usage', `a lab "${lab}" already runs, from ${folder}`, {
      hint: `give this one another name with --name, or end that one: envoy-lab down ${lab}`,
    });
  }
  if (asked !== undefined && asked !== runtime) {
    throw new LabError('usage', `lab "${lab}" already runs on ${runtime?.name}`, {
      hint: `end it first (envoy-lab down ${lab}), or give this one another name with --name`,
    });
  }
}
