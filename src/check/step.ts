import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../error.ts';
import type { Expectation, Step } from '../sandbox/check.ts';
import { act } from './act.ts';
import { checkAnswer } from './answer.ts';
import { commandOf, describeStep } from './describe.ts';
import { compareLogs, mayBecomeUntrue, readLogs } from './logs.ts';
import type { Restorer } from './restore.ts';
import type { Failure, StepResult } from './result.ts';
import { checkSpread } from './spread.ts';
import { compareStats, readStats, type StatReading } from './stats.ts';
import type { CheckTarget } from './target.ts';

/** What a step works with. */
export interface StepContext {
  readonly target: CheckTarget;
  readonly restorer: Restorer;
  readonly signal: AbortSignal;
}

/** Between two attempts of `eventually`, and two looks at stats and logs, ms. */
const POLL_MS = 50;
/** How long after the answers stats and logs may take to show them, ms: proxies write logs some time later. */
const GRACE_MS = 2000;
/** How long to wait for a line that must not come, ms; more than engines take to flush their logs. */
const QUIET_MS = 300;

/** Runs a step until it is as expected, or its time is over. Throws only when the signal aborts. */
export async function runStep(step: Step, context: StepContext): Promise<StepResult> {
  const started = performance.now();
  const deadline = started + (step.eventuallyMs ?? 0);
  let failures: readonly Failure[];
  for (;;) {
    failures = await attempt(step, context);
    if (failures.length === 0 || performance.now() >= deadline) break;
    await delay(POLL_MS, undefined, { signal: context.signal });
  }
  return {
    what: describeStep(step),
    ok: failures.length === 0,
    durationMs: performance.now() - started,
    failures,
    command: commandOf(step.action),
  };
}

async function attempt(step: Step, context: StepContext): Promise<readonly Failure[]> {
  const { target, restorer, signal } = context;
  const { expect } = step;
  const since = Date.now();
  try {
    const before = await readStats(expect.stats, target, signal);
    const runs = await repeat(step, () => act(step.action, target, restorer, signal));
    const answers = runs.flat();
    const failures = [
      ...joinEqual(
        answers.flatMap((answer) => checkAnswer(expect, answer)),
        answers.length,
      ),
      ...(expect.spread ? checkSpread(expect.spread, answers) : []),
    ];
    // Stats and logs of a request that went wrong say no more than its answer.
    return failures.length > 0 ? failures : await checkAfterwards(expect, before, since, context);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof LabError)) throw error;
    const detail = error.hint === undefined ? [] : [error.hint];
    return [{ what: step.action.kind, expected: 'no error', actual: error.message, detail }];
  }
}

/** Runs `work` as often as the step says, some at a time; the results in the order they began. */
async function repeat<T>({ repeat: times, parallel }: Step, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < times) {
      const index = next++;
      try {
        results[index] = await work();
      } catch (error) {
        // The others begin nothing more.
        next = times;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, times) }, worker));
  return results;
}

async function checkAfterwards(
  expect: Expectation,
  before: StatReading,
  since: number,
  { target, signal }: StepContext,
): Promise<readonly Failure[]> {
  const started = performance.now();
  for (;;) {
    const [stats, lines] = await Promise.all([
      readStats(expect.stats, target, signal),
      readLogs(expect.logs, target, since, signal),
    ]);
    const failures = [...compareStats(expect.stats, before, stats), ...compareLogs(expect.logs, lines)];
    const waited = performance.now() - started;
    const settled = waited >= QUIET_MS || !expect.logs.some(mayBecomeUntrue);
    if ((failures.length === 0 && settled) || waited >= GRACE_MS) return failures;
    await delay(POLL_MS, undefined, { signal });
  }
}

/** The same failure of several answers is told once, with how many it was. */
function joinEqual(failures: readonly Failure[], answers: number): Failure[] {
  const groups = new Map<string, { failure: Failure; count: number }>();
  for (const failure of failures) {
    const key = JSON.stringify([failure.what, failure.expected, failure.actual]);
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { failure, count: 1 });
  }
  return [...groups.values()].map(({ failure, count }) =>
    answers > 1 ? { ...failure, actual: `${failure.actual} (${count} of ${answers} times)` } : failure,
  );
}
