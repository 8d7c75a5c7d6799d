import { LabError } from '../error.ts';
import { bootId } from '../process/identity.ts';
import type { LabIdentity, RootfsSpec } from '../runtime/node-spec.ts';
import type { ObservedLab, RunningLab, Runtime } from '../runtime/runtime.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type ChosenRuntime, chooseRuntime } from './choose-runtime.ts';
import type { LabContext } from './context.ts';
import { execute } from './execute/execute.ts';
import { openLab } from './find.ts';
import { knownTimeoutMs, waitForKnownReplicas } from './known-replicas.ts';
import { lockLab } from './lock-lab.ts';
import { checkLabName } from './name.ts';
import type { Plan } from './plan/operation.ts';
import { plan } from './plan/plan.ts';
import { certificates } from './resolve/certificates.ts';
import { checkChoices, type LabChoices } from './resolve/choices.ts';
import { loadInputs } from './resolve/load-inputs.ts';
import { requireOwnImages, withImages } from './resolve/registry-images.ts';
import { requireNames } from './resolve/require-names.ts';
import { identityOf, resolve } from './resolve/resolve.ts';
import { sharedNetworkOf } from './resolve/shared-network.ts';
import { readSandbox } from './sandboxes.ts';
import { inOrder } from './select.ts';
import { tellChoice } from './tell-choice.ts';
import { Stopwatch, type UpTimings } from './timings.ts';
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
  /** Pull container images, also where they could be assembled from this machine's files. */
  readonly pull: boolean;
  /** ms until every container has to be ready. */
  readonly timeoutMs: number;
  /** Only plan. */
  readonly dryRun: boolean;
  /** The caller holds the lab's lock. */
  readonly locked?: boolean;
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
  readonly timings: UpTimings;
}

/**
 * Starts a lab, or changes the running one into what the sandbox and the choices say. When it fails, what this run did
 * is undone unless `keep` says otherwise.
 *
 * @throws DocumentError when the sandbox or a config is wrong; LabError `usage`, `runtime`, `interrupted`
 */
export async function up(caller: LabContext, options: UpOptions): Promise<UpReport> {
  const watch = new Stopwatch(caller.emit);
  const context = { ...caller, emit: watch.emit };
  const { choices, dryRun } = options;
  // Looking at the machine takes a while in which this process has nothing to do.
  const choosing = watch.phase('find the runtime', () =>
    chooseRuntime(context.runtimes, options.runtime, context.env.ENVOY_LAB_RUNTIME),
  );
  choosing.catch(() => undefined);
  const written = await watch.phase('read the sandbox', () => readSandbox(context, options.sandbox));
  const lab = checkLabName(options.name ?? written.name);
  checkChoices(choices, written);
  const sandbox = withImages(written, choices.images);
  const chosen = await choosing;
  await using _lock = dryRun || options.locked ? undefined : await lockLab(context, lab);
  const found = await watch.phase('look for the lab', () => openLab(context, lab));
  await using running = found?.running;
  const observed = await running?.observe();
  const asked = options.runtime === undefined ? undefined : chosen.runtime;
  checkSameLab(lab, sandbox, observed, asked, found?.runtime);
  const used = found === undefined ? chosen : await usedBy(found.runtime, chosen);
  const { runtime } = used;
  requireOwnImages(sandbox, runtime);
  requireNames(sandbox, runtime);
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
      ...(runtime.endpoint !== undefined && { endpoint: runtime.endpoint }),
      createdAt: observed?.createdAt ?? context.now(),
      bootId: bootId(),
      certs: minted.state,
    });
  }
  const creation = running === undefined && !dryRun ? new Creation(runtime, identity, watch) : undefined;
  let executing = false;
  try {
    const defaultEngine = context.env.ENVOY_LAB_ENGINE || context.engines[0]!.name;
    const { engine } = choices;
    const { programs } = runtime;
    const certFiles = minted.files;
    const sharedNetwork = sharedNetworkOf(sandbox, observed?.mode ?? chosen.report.mode);
    const { balances } = runtime;
    const inputs = await watch.phase('read and check configs', () =>
      loadInputs(sandbox, context, { engine, programs, defaultEngine, certFiles, sharedNetwork, balances }),
    );
    const { owner } = context;
    const wanted = await watch.phase('plan', () => {
      const desired = resolve(sandbox, inputs, { lab, owner, programs, defaultEngine, choices });
      tellChoice(context, desired, inputs, used, engine);
      return plan(desired, observed);
    });
    const report = { lab, sandbox, runtime: runtime.name, plan: wanted };
    if (dryRun) {
      const timings = watch.timings(wanted);
      return { ...report, mode: used.report.mode, observed: undefined, ms: watch.ms, timings };
    }
    executing = true;
    const { timeoutMs } = options;
    const { emit, signal } = context;
    const tell = (text: string) => emit({ kind: 'note', text });
    await watch.phase('prepare images', () =>
      runtime.prepare(imagesIn(wanted), { pull: options.pull, tell, signal }),
    );
    const executed = { lab: running ?? (() => creation!.made), timeoutMs, emit, signal };
    await watch.phase('do the plan', () => execute(wanted, executed));
    const made = running ?? (await creation!.made);
    // Who still has not heard of it by then will later: that is no failure.
    if (runtime.namesFollow) {
      const patience = { timeoutMs: knownTimeoutMs, signal };
      await watch.phase('wait for known endpoints', () => waitForKnownReplicas(made, patience));
    }
    const now = inOrder(await watch.phase('look at the lab', () => made.observe()));
    const { ms } = watch;
    emit({ kind: 'lab', lab, state: 'up', ms });
    return { ...report, mode: now.mode, observed: now, ms, timings: watch.timings(wanted) };
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

/** What the containers that the plan makes start from. */
function imagesIn({ operations }: Plan): RootfsSpec[] {
  return operations.flatMap((operation) =>
    operation.kind === 'create' || operation.kind === 'update'
      ? operation.nodes.flatMap(({ spec }) => spec.containers.map(({ rootfs }) => rootfs))
      : [],
  );
}

/** The failure of a run that leaves everything as it is: to advise `--keep` is of no use any more. */
function kept(error: LabError, lab: string): LabError {
  const hint = `everything is left as it is: look around with envoy-lab ps --lab ${lab} (logs, exec); envoy-lab down ${lab} takes it away`;
  return new LabError(error.code, error.message, { hint, cause: error.cause });
}

/** An empty lab in the making: that takes as long as reading and checking what will run in it, and goes on beside it. */
class Creation {
  readonly made: Promise<RunningLab>;

  constructor(runtime: Runtime, identity: LabIdentity, watch: Stopwatch) {
    this.made = watch.phase('make the empty lab', () => runtime.create(identity));
    this.made.catch(() => undefined);
  }

  /** The lab, or undefined when it could not be made. */
  settled(): Promise<RunningLab | undefined> {
    return this.made.catch(() => undefined);
  }
}

/** What a lab runs on that was started before. */
async function usedBy(runtime: Runtime, chosen: ChosenRuntime): Promise<ChosenRuntime> {
  if (isSame(runtime, chosen.runtime)) return { ...chosen, runtime };
  return { runtime, report: await runtime.probe(), reason: 'the lab runs there already' };
}

const isSame = (a: Runtime, b: Runtime) => a.name === b.name && a.endpoint === b.endpoint;

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
  if (asked !== undefined && runtime !== undefined && !isSame(asked, runtime)) {
    const where = runtime.endpoint === undefined ? runtime.name : `${runtime.name} (${runtime.endpoint})`;
    throw new LabError('usage', `lab "${lab}" already runs on ${where}`, {
      hint: `end it first (envoy-lab down ${lab}), or give this one another name with --name`,
    });
  }
}
