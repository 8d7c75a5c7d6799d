import type { LabEvent } from './event.ts';
import type { Plan } from './plan/operation.ts';

/** What `up` does one after the other, or beside each other. */
export type PhaseName =
  | 'find the runtime'
  | 'read the sandbox'
  | 'look for the lab'
  | 'make the empty lab'
  | 'read and check configs'
  | 'plan'
  | 'prepare images'
  | 'do the plan'
  | 'wait for known endpoints'
  | 'look at the lab';

/** A span of time: ms since `up` began, and ms that it took. */
export interface Span {
  readonly from: number;
  readonly ms: number;
}

/** Where the time of an `up` went. */
export interface UpTimings {
  /** In the order of their begin; those that overlap went on beside each other. */
  readonly phases: readonly (Span & { readonly phase: PhaseName })[];
  /** Steps of the plan, in the order of their begin. */
  readonly steps: readonly (Span & { readonly id: string; readonly text: string })[];
  /** Ids of the steps that each waited for the one before it, up to the step that ended last: nothing else was slower. */
  readonly chain: readonly string[];
  /** From a container's start to ready. */
  readonly containers: readonly (Span & { readonly container: string })[];
}

/** Measures an `up` by its clock, and by the events that go through it. */
export class Stopwatch {
  readonly emit: (event: LabEvent) => void;
  readonly #now: () => number;
  readonly #start: number;
  readonly #phases: UpTimings['phases'][number][] = [];
  readonly #steps = new Map<string, { text: string; from: number; ms: number }>();
  readonly #containers = new Map<string, { from: number; ms: number }>();

  /**
   * @param emit told every event, and each phase when it is over
   * @param now ms of a clock that is never set back
   */
  constructor(emit: (event: LabEvent) => void, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
    this.emit = (event) => {
      this.#note(event);
      emit(event);
    };
  }

  /** ms since `up` began. */
  get ms(): number {
    return this.#now() - this.#start;
  }

  async phase<T>(phase: PhaseName, work: () => T | Promise<T>): Promise<T> {
    const from = this.ms;
    const value = await work();
    const span = { phase, from, ms: this.ms - from };
    this.#phases.push(span);
    this.emit({ kind: 'phase', ...span });
    return value;
  }

  timings({ operations }: Plan): UpTimings {
    const byBegin = (a: Span, b: Span) => a.from - b.from;
    const named = <K extends string>(key: K, spans: ReadonlyMap<string, Span>) =>
      [...spans].map(([name, span]) => ({ [key]: name, ...span }) as Span & Record<K, string>);
    return {
      phases: [...this.#phases].sort(byBegin),
      steps: [...this.#steps].map(([id, step]) => ({ id, ...step })).sort(byBegin),
      chain: longestChain(operations, this.#steps),
      containers: named('container', this.#containers).sort(byBegin),
    };
  }

  #note(event: LabEvent): void {
    if (event.kind === 'step') {
      if (event.state === 'started') this.#steps.set(event.id, { text: event.text, from: this.ms, ms: 0 });
      const step = this.#steps.get(event.id);
      if (event.state === 'done' && step !== undefined) step.ms = this.ms - step.from;
    }
    if (event.kind !== 'container') return;
    const { container, state } = event;
    if (state === 'starting') this.#containers.set(container, { from: this.ms, ms: 0 });
    const span = this.#containers.get(container);
    // One that runs to its end is never ready.
    if ((state === 'ready' || state === 'exited') && span?.ms === 0) span.ms = this.ms - span.from;
  }
}

/** From the step that ended last back, each time to the one that was waited for longest. Pure. */
export function longestChain(
  operations: Plan['operations'],
  steps: ReadonlyMap<string, Span>,
): readonly string[] {
  const end = (id: string) => {
    const step = steps.get(id);
    return step === undefined ? 0 : step.from + step.ms;
  };
  const latest = (ids: readonly string[]) =>
    ids.reduce<string | undefined>(
      (last, id) => (last === undefined || end(id) > end(last) ? id : last),
      undefined,
    );
  const chain: string[] = [];
  let id = latest(operations.map((operation) => operation.id));
  while (id !== undefined) {
    chain.unshift(id);
    const operation = operations.find((each) => each.id === id);
    id = latest(operation?.after ?? []);
  }
  return chain;
}
