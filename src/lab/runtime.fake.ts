import type { NodeSpec } from '../runtime/node-spec.ts';
import type { ContainerState, ObservedLab, RunningLab, RuntimeEvent } from '../runtime/runtime.ts';

/** What becomes of a container that is started: the states it goes through, the last one it stays in. */
export type Fate = readonly (readonly [ContainerState, exitCode?: number])[];

/**
 * A runtime's lab that only writes down what it is asked, and tells states as its script says. It is no second
 * implementation: nothing it answers depends on what it was asked.
 */
export class FakeLab implements RunningLab {
  readonly calls: string[] = [];
  readonly #fates: Readonly<Record<string, Fate>>;
  readonly #present: ObservedLab | undefined;
  readonly #events: RuntimeEvent[] = [];
  #wake: () => void = () => {};

  constructor(fates: Readonly<Record<string, Fate>> = {}, present?: ObservedLab) {
    this.#fates = fates;
    this.#present = present;
  }

  /** Tells a state as the runtime would. */
  tell(name: string, state: ContainerState, exitCode?: number): void {
    const [node = '', container = ''] = name.split('/');
    const code = exitCode === undefined ? {} : { exitCode };
    this.#events.push({ kind: 'container', node, container, state, ...code, time: 0 });
    this.#wake();
  }

  async observe(): Promise<ObservedLab> {
    if (this.#present === undefined) throw new Error('nothing to observe');
    return this.#present;
  }
  async create(nodes: readonly NodeSpec[]): Promise<void> {
    this.calls.push(`create ${nodes.map(({ name }) => name).join(' ')}`);
  }
  async update(nodes: readonly NodeSpec[]): Promise<void> {
    this.calls.push(`update ${nodes.map(({ name }) => name).join(' ')}`);
  }
  async start(node: string, containers: readonly string[] = []): Promise<void> {
    this.calls.push(`start ${node} ${containers.join(' ')}`);
    for (const container of containers) {
      const name = `${node}/${container}`;
      this.tell(name, 'starting');
      for (const [state, code] of this.#fates[name] ?? [['ready']])
        this.tell(name, state as ContainerState, code);
    }
  }
  async stop(node: string): Promise<void> {
    this.calls.push(`stop ${node}`);
  }
  async kill(node: string): Promise<void> {
    this.calls.push(`kill ${node}`);
  }
  async pause(node: string): Promise<void> {
    this.calls.push(`pause ${node}`);
  }
  async unpause(node: string): Promise<void> {
    this.calls.push(`unpause ${node}`);
  }
  async remove(nodes?: readonly string[]): Promise<void> {
    this.calls.push(nodes === undefined ? 'remove' : `remove ${nodes.join(' ')}`);
  }
  async *watch(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    for (let next = 0; !signal.aborted; ) {
      if (next < this.#events.length) yield this.#events[next++]!;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
  async *logs() {
    yield { node: 'web-1', container: 'app', stream: 'stderr' as const, time: 0, text: 'cannot bind' };
  }
  exec(): Promise<never> {
    throw new Error('not in this test');
  }
  dial(): Promise<never> {
    throw new Error('not in this test');
  }
  connect(): Promise<never> {
    throw new Error('not in this test');
  }
  readFile(): Promise<never> {
    throw new Error('not in this test');
  }
  async [Symbol.asyncDispose](): Promise<void> {}
}
