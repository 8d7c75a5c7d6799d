import { cores } from './cores.ts';
import type { Generator, Target } from './generators/generator.ts';
import type { Subject } from './subject.ts';
import { cpuSeconds, used } from './usage.ts';

/** What one round of load said of a subject. */
export interface Sample {
  /** A second. */
  readonly rate: number;
  /** ms. */
  readonly p99: number;
  /** µs of the subject's CPU for each request. */
  readonly cpu: number;
  /** CPU seconds a second of all its threads together. */
  readonly busy: number;
  /** How evenly the two busiest threads were used: 1 when alike, 0.5 when one did everything. */
  readonly even: number;
}

export interface Measured {
  readonly name: string;
  readonly subject: Subject;
  readonly target: Target;
}

export interface RoundOptions {
  readonly generator: Generator;
  readonly rounds: number;
  readonly seconds: number;
  /** Cores of the generator. */
  readonly list?: string;
  readonly report: (text: string) => void;
}

/**
 * Loads the subjects in turn, round after round, so that a machine whose speed drifts drifts for all of them. The first
 * round warms up and does not count.
 *
 * @returns samples by name, one a round
 * @throws Error when a single answer was wrong
 */
export async function loadInTurn(
  subjects: readonly Measured[],
  options: RoundOptions,
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= options.rounds; round++) {
    for (const { name, subject, target } of subjects) {
      const sample = await loadOnce(subject, target, options).catch((error) => {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      });
      if (round > 0) samples.get(name)!.push(sample);
      const { rate, p99, cpu, busy } = sample;
      const figures = `${rate.toFixed(0)}/s, p99 ${p99.toFixed(2)} ms, CPU ${cpu.toFixed(1)} µs each, ${(busy * 100).toFixed(0)} %`;
      options.report(`${round === 0 ? 'warm-up' : `round ${round}`} ${name}: ${figures}`);
    }
  }
  return samples;
}

async function loadOnce(subject: Subject, target: Target, options: RoundOptions): Promise<Sample> {
  const before = cpuSeconds(subject.pids);
  const load = await options.generator.run(target, options.seconds, options.list ?? cores.load);
  const threads = used(before, cpuSeconds(subject.pids));
  const cpu = threads.reduce((sum, seconds) => sum + seconds, 0);
  if (!(cpu > 0)) throw new Error('this kernel does not count CPU time in /proc/PID/task/TID/schedstat');
  const [first = 0, second = 0] = threads;
  return {
    rate: load.count / load.seconds,
    p99: load.p99,
    cpu: (cpu / load.count) * 1e6,
    busy: cpu / load.seconds,
    even: (first + second) / (2 * first),
  };
}
