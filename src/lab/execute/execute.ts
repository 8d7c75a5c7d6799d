import { LabError } from '../../error.ts';
import type { RunningLab } from '../../runtime/runtime.ts';
import type { LabEvent } from '../event.ts';
import { containerName } from '../lab-spec.ts';
import type { Operation, Plan } from '../plan/operation.ts';
import { operationRows } from '../plan/plan-text.ts';
import { ContainerBoard } from './board.ts';
import { deathError, timeoutError } from './failure.ts';

export interface ExecuteOptions {
  /** The lab, or how to make it. */
  readonly lab: RunningLab | (() => Promise<RunningLab>);
  /** Told as soon as the lab exists, so that whoever undoes a failed run has it. */
  readonly onLab?: (lab: RunningLab) => void;
  /** For the whole plan, ms. */
  readonly timeoutMs: number;
  readonly emit: (event: LabEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Does what a plan says and decides nothing: each operation as soon as those before it are done. At the first failure,
 * a container's death among them, nothing more is begun; what is under way is waited for.
 *
 * @throws LabError `runtime` when an operation fails, a container ends by itself or the time is over; `interrupted`
 */
export async function execute(plan: Plan, options: ExecuteOptions): Promise<RunningLab | undefined> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Timeout()), options.timeoutMs);
  const interrupt = () => stop.abort(new LabError('interrupted', 'interrupted'));
  options.signal.addEventListener('abort', interrupt, { once: true });
  if (options.signal.aborted) interrupt();
  const run = new Run(plan, options, stop);
  try {
    return await run.all();
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', interrupt);
    await run.end();
  }
}

class Timeout extends Error {}

class Run {
  readonly #plan: Plan;
  readonly #options: ExecuteOptions;
  readonly #stop: AbortController;
  /** Containers that the plan waits for; nothing is told of others. */
  readonly #expected: ReadonlySet<string>;
  /** Containers that will be started, and are not yet: what is told of them is of an earlier life. */
  readonly #unbegun: Set<string>;
  #lab: RunningLab | undefined;
  #board: ContainerBoard | undefined;

  constructor(plan: Plan, options: ExecuteOptions, stop: AbortController) {
    this.#plan = plan;
    this.#options = options;
    this.#stop = stop;
    const targets = plan.operations.flatMap((operation) =>
      operation.kind === 'wait' ? operation.targets : [],
    );
    const starts = plan.operations.flatMap((operation) =>
      operation.kind === 'start'
        ? operation.containers.map((name) => containerName(operation.node, name))
        : [],
    );
    this.#unbegun = new Set(starts);
    this.#expected = new Set(targets.map(({ node, container }) => containerName(node, container)));
    if (typeof options.lab !== 'function') this.#useLab(options.lab);
  }

  async all(): Promise<RunningLab | undefined> {
    const { operations } = this.#plan;
    if (this.#expected.size > 0) this.#options.emit({ kind: 'expect', containers: [...this.#expected] });
    const running = new Map<string, Promise<void>>();
    for (const operation of orderOf(operations)) {
      const before = operation.after.map((id) => running.get(id)!);
      running.set(operation.id, this.#one(operation, before));
    }
    const results = await Promise.allSettled(running.values());
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0) throw await this.#reason(failures);
    return this.#lab;
  }

  async end(): Promise<void> {
    await this.#board?.[Symbol.asyncDispose]();
  }

  async #one(operation: Operation, before: readonly Promise<void>[]): Promise<void> {
    await Promise.all(before);
    this.#stop.signal.throwIfAborted();
    const text = operationRows(this.#plan.lab, operation)
      .map(([action]) => action)
      .join('\n');
    const { id } = operation;
    const start = performance.now();
    this.#options.emit({ kind: 'step', id, text, state: 'started' });
    try {
      await this.#do(operation);
      this.#options.emit({ kind: 'step', id, text, state: 'done', ms: performance.now() - start });
    } catch (error) {
      // The first reason stands; what fails because of it says nothing new.
      this.#stop.abort(error);
      this.#options.emit({ kind: 'step', id, text, state: 'failed', ms: performance.now() - start });
      throw error;
    }
  }

  async #do(operation: Operation): Promise<void> {
    if (operation.kind === 'create-lab') {
      const { lab } = this.#options;
      if (typeof lab === 'function') this.#useLab(await lab());
      return;
    }
    const lab = this.#lab;
    if (lab === undefined) throw new Error(`${operation.id} before the lab exists`);
    switch (operation.kind) {
      case 'remove-lab':
        return lab.remove();
      case 'remove':
        return lab.remove(operation.nodes.map(({ spec }) => spec.name));
      case 'create':
      case 'update': {
        const specs = operation.nodes.map(({ spec }) => spec);
        return operation.kind === 'create' ? lab.create(specs) : lab.update(specs, this.#stop.signal);
      }
      case 'unpause':
        return lab.unpause(operation.node);
      case 'start':
        for (const name of operation.containers) this.#unbegun.delete(containerName(operation.node, name));
        return lab.start(operation.node, operation.containers, this.#stop.signal);
      case 'wait': {
        const board = this.#watching(lab);
        const { targets, until, settleMs = 0 } = operation;
        const death =
          (await board.until(targets, until, this.#stop.signal)) ??
          (await board.deathWithin(settleMs, this.#stop.signal));
        if (death !== undefined) throw await deathError(lab, death);
      }
    }
  }

  #useLab(lab: RunningLab): void {
    this.#lab = lab;
    this.#options.onLab?.(lab);
    const waits = this.#plan.operations.some(({ kind }) => kind === 'wait');
    if (waits) this.#watching(lab);
  }

  #watching(lab: RunningLab): ContainerBoard {
    this.#board ??= new ContainerBoard(lab, (ref, state, exitCode) => {
      const container = containerName(ref.node, ref.container);
      if (!this.#expected.has(container) || this.#unbegun.has(container)) return;
      this.#options.emit({
        kind: 'container',
        container,
        state,
        ...(exitCode === undefined ? {} : { exitCode }),
      });
    });
    return this.#board;
  }

  async #reason(failures: readonly unknown[]): Promise<unknown> {
    const { reason } = this.#stop.signal;
    if (isSystemError(reason)) {
      const what = `lab ${this.#plan.lab} ended while it was worked on, or cannot be reached: ${reason.message}`;
      return new LabError('runtime', what, { hint: 'try it again', cause: reason });
    }
    if (!(reason instanceof Timeout) || this.#lab === undefined) return reason;
    // What was waited for until the time was over knows more than that it is.
    const known = failures.find((failure) => failure instanceof LabError);
    if (known !== undefined) return known;
    const board = this.#board;
    const waits = this.#plan.operations.filter((operation) => operation.kind === 'wait');
    const targets =
      board?.missing(
        waits.flatMap((wait) => wait.targets),
        'ready',
      ) ?? [];
    const names = new Set<string>();
    const missing = targets.filter(({ node, container }) => {
      const name = containerName(node, container);
      return !names.has(name) && names.add(name);
    });
    const specs = this.#plan.operations.flatMap((operation) =>
      operation.kind === 'create' || operation.kind === 'update'
        ? operation.nodes.map(({ spec }) => spec)
        : [],
    );
    const withProbe = missing.map((ref) => {
      const node = specs.find(({ name }) => name === ref.node);
      return { ...ref, ready: node?.containers.find(({ name }) => name === ref.container)?.ready };
    });
    return timeoutError(this.#lab, withProbe, this.#options.timeoutMs);
  }
}

/** An error of a system call: a connection that broke, not a fault in this code. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** The operations so that each stands behind those it waits for. */
function orderOf(operations: readonly Operation[]): Operation[] {
  const ordered: Operation[] = [];
  const done = new Set<string>();
  let left = [...operations];
  while (left.length > 0) {
    const free = left.filter(({ after }) => after.every((id) => done.has(id)));
    if (free.length === 0) throw new LabError('invalid', 'containers depend on each other in a circle');
    for (const operation of free) {
      ordered.push(operation);
      done.add(operation.id);
    }
    left = left.filter((operation) => !free.includes(operation));
  }
  return ordered;
}
