import { LabError } from '../error.ts';
import type { ObservedLab, RunningLab, Runtime } from '../runtime/runtime.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { bootId } from '../state/process-identity.ts';
import { type ChosenRuntime, chooseRuntime } from './choose-runtime.ts';
import type { LabContext } from './context.ts';
import { execute } from './execute/execute.ts';
import { openLab } from './find.ts';
import { containersOf, type LabSpec } from './lab-spec.ts';
import { checkLabName } from './name.ts';
import type { Plan } from './plan/operation.ts';
import { plan } from './plan/plan.ts';
import { certificates } from './resolve/certificates.ts';
import type { EngineChoice, LabChoices } from './resolve/choices.ts';
import type { Inputs } from './resolve/inputs.ts';
import { loadInputs } from './resolve/load-inputs.ts';
import { resolve } from './resolve/resolve.ts';
import { readSandbox } from './sandboxes.ts';
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

/** How long a command waits for another that works on the same lab, ms. */
export const lockTimeoutMs = 120_000;

/**
 * Starts a lab, or changes the running one into what the sandbox and the choices say. When it fails, what this run did
 * is undone unless `keep` says otherwise.
 *
 * @throws DocumentError when the sandbox or a config is wrong; LabError `usage`, `runtime`, `interrupted`
 */
export async function up(context: LabContext, options: UpOptions): Promise<UpReport> {
  const start = performance.now();
  const sandbox = await readSandbox(context, options.sandbox);
  const lab = checkLabName(options.name ?? sandbox.name);
  const chosen = await chooseRuntime(context.runtimes, options.runtime, context.env.ENVOY_LAB_RUNTIME);
  // The work that needs no lock is done before it is taken; reading the lab comes after.
  const defaultEngine = context.env.ENVOY_LAB_ENGINE || context.engines[0]!.name;
  await using held = options.dryRun ? undefined : await lockLab(context, lab);
  const found = await openLab(context, lab);
  await using running = found?.running;
  const observed = await running?.observe();
  checkSameLab(
    lab,
    sandbox,
    observed,
    options.runtime === undefined ? undefined : chosen.runtime,
    found?.runtime,
  );
  const runtime = found?.runtime ?? chosen.runtime;
  const record = options.dryRun ? undefined : context.store().read(lab);
  const minted = certificates(sandbox, new Date(context.now()), { state: record?.certs ?? {}, observed });
  const inputs = await loadInputs(sandbox, context, {
    engine: options.choices.engine,
    defaultEngine,
    certFiles: minted.files,
  });
  const { owner } = context;
  const desired = resolve(sandbox, inputs, { lab, owner, defaultEngine, choices: options.choices });
  tellChoice(context, desired, inputs, { ...chosen, runtime }, options.choices.engine);
  const wanted = plan(desired, observed);
  const report = { lab, sandbox, runtime: runtime.name, mode: chosen.report.mode, plan: wanted };
  if (options.dryRun) return { ...report, observed: undefined, ms: performance.now() - start };

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
  let made: RunningLab | undefined = running;
  try {
    const { emit, signal } = context;
    const { timeoutMs } = options;
    const onLab = (lab: RunningLab) => {
      made = lab;
    };
    const create = () => runtime.create(desired.identity);
    await execute(wanted, { lab: running ?? create, onLab, timeoutMs, emit, signal });
    const now = await made!.observe();
    const ms = performance.now() - start;
    context.emit({ kind: 'lab', lab, state: 'up', ms });
    return { ...report, mode: now.mode, observed: now, ms };
  } catch (error) {
    if (!options.keep) await undo(context, { lab, runtime, running: made, before: observed });
    throw error;
  } finally {
    if (made !== running) await made?.[Symbol.asyncDispose]();
    void held;
  }
}

/** Takes the lock that every command holds while it changes a lab. */
export function lockLab(context: LabContext, lab: string): Promise<AsyncDisposable> {
  return context.store().lock(lab, {
    command: context.command,
    timeoutMs: lockTimeoutMs,
    signal: context.signal,
    describe: (holder) => context.emit({ kind: 'locked', lab, holder }),
  });
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

function tellChoice(
  context: LabContext,
  spec: LabSpec,
  inputs: Inputs,
  chosen: ChosenRuntime,
  choice: EngineChoice,
): void {
  const engines = [...inputs.engines.values()].map(({ name, version }) => {
    const containers = [...containersOf(spec.nodes)].filter(
      ({ container }) => container.engine === name,
    ).length;
    return { name, version, containers };
  });
  const asked = choice.all !== undefined || choice.of.size > 0;
  const byDefault = context.env.ENVOY_LAB_ENGINE ? 'from ENVOY_LAB_ENGINE' : 'the default';
  context.emit({
    kind: 'choice',
    lab: spec.identity.lab,
    runtime: chosen.runtime.name,
    mode: chosen.report.mode,
    runtimeReason: chosen.reason,
    engines,
    engineReason: asked ? 'asked for with --engine' : byDefault,
    caveats: chosen.report.caveats,
  });
}
