import { LabError } from '../../error.ts';
import type { ContainerState, RunningLab, RuntimeEvent } from '../../runtime/runtime.ts';
import { type ContainerRef, containerName } from '../lab-spec.ts';

/** A container ended though it should run. */
export interface ContainerDeath extends ContainerRef {
  readonly exitCode: number | undefined;
}

interface Entry {
  readonly state: ContainerState;
  readonly exitCode: number | undefined;
}

/**
 * What is known of every container of a lab, kept fresh by the runtime's events: one place to wait for states in.
 * Disposing ends the watch.
 */
export class ContainerBoard implements AsyncDisposable {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  readonly #abort = new AbortController();
  readonly #pump: Promise<void>;
  readonly #onChange: (container: ContainerRef, state: ContainerState, exitCode: number | undefined) => void;
  #death: ContainerDeath | undefined;
  #failure: unknown;

  constructor(
    lab: RunningLab,
    onChange: (container: ContainerRef, state: ContainerState, exitCode: number | undefined) => void,
  ) {
    this.#onChange = onChange;
    this.#pump = this.#follow(lab);
  }

  state(container: ContainerRef): ContainerState | undefined {
    return this.#entries.get(containerName(container.node, container.container))?.state;
  }

  /** Those of the containers that are not yet as wanted. */
  missing(containers: readonly ContainerRef[], until: 'ready' | 'done'): readonly ContainerRef[] {
    return containers.filter((container) => !this.#isMet(container, until));
  }

  /** Resolves when all are ready (or done), or with the first container that ends by itself. */
  until(
    containers: readonly ContainerRef[],
    until: 'ready' | 'done',
    signal: AbortSignal,
  ): Promise<ContainerDeath | undefined> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', look);
      };
      const look = () => {
        if (signal.aborted) reject(signal.reason);
        else if (this.#death !== undefined) resolve(this.#death);
        else if (this.missing(containers, until).length === 0) resolve(undefined);
        else if (this.#failure !== undefined) reject(this.#failure);
        else return;
        end();
      };
      this.#listeners.add(look);
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  /** The first container that ends by itself within that time; undefined when none does. */
  async deathWithin(ms: number, signal: AbortSignal): Promise<ContainerDeath | undefined> {
    if (ms === 0) return undefined;
    const end = AbortSignal.timeout(ms);
    try {
      // A container that is never ready: nothing but a death, or the end of the time, ends this.
      return await this.until([{ node: '', container: '' }], 'ready', AbortSignal.any([signal, end]));
    } catch (error) {
      if (signal.aborted) throw error;
      if (end.aborted) return undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#pump;
  }

  #isMet(container: ContainerRef, until: 'ready' | 'done'): boolean {
    const entry = this.#entries.get(containerName(container.node, container.container));
    return (
      entry?.state === 'ready' || (until === 'done' && entry?.state === 'exited' && entry.exitCode === 0)
    );
  }

  async #follow(lab: RunningLab): Promise<void> {
    try {
      for await (const event of lab.watch(this.#abort.signal)) this.#note(event);
      if (!this.#abort.signal.aborted) {
        this.#failure = new LabError('runtime', 'the lab ended while it was worked on', {
          hint: 'try it again',
        });
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failure = error;
    }
    for (const look of [...this.#listeners]) look();
  }

  #note(event: RuntimeEvent): void {
    if (event.kind !== 'container') return;
    const name = containerName(event.node, event.container);
    const before = this.#entries.get(name)?.state;
    if (before === event.state) return;
    this.#entries.set(name, { state: event.state, exitCode: event.exitCode });
    const ran = before === 'created' || before === 'starting' || before === 'ready';
    if (event.state === 'exited' && ran) {
      this.#death ??= { node: event.node, container: event.container, exitCode: event.exitCode };
    }
    this.#onChange({ node: event.node, container: event.container }, event.state, event.exitCode);
    for (const look of [...this.#listeners]) look();
  }
}
