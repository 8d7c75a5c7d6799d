import type { ContainerSpec } from '../../node-spec.ts';
import type { ContainerState, RuntimeEvent } from '../../runtime.ts';
import { containerSpecOf, type Labels, label } from '../labels.ts';
import { networkName } from '../names.ts';
import type { LabObjects } from '../objects.ts';
import { presentState } from '../observe/states.ts';
import type { EngineEvent } from './engine-event.ts';

/** A container that is watched. */
export interface Watched {
  readonly id: string;
  readonly node: string;
  readonly spec: ContainerSpec;
  state: ContainerState;
  exitCode: number | undefined;
  /** Its state before it was paused. */
  beforePause: ContainerState;
  /** Of its present run, ms since the epoch; undefined when nobody asked. */
  startedAt: number | undefined;
}

/** What an engine event means to a lab. */
export interface Told {
  readonly events: readonly RuntimeEvent[];
  /** Now it has to be found out when this one is ready. */
  readonly started?: Watched;
  /** Asking whether it is ready is of no use any more. */
  readonly ended?: string;
  /** What is known of this node's address and containers is old. */
  readonly changed?: string;
}

const nothing: Told = { events: [] };

/** States of a lab's containers, carried on by the engine's events. Events told twice change nothing. */
export class Board {
  readonly #lab: string;
  readonly #isBeingRemoved: (id: string) => boolean;
  readonly #since: number;
  readonly #containers = new Map<string, Watched>();
  readonly #holders = new Map<string, string>();
  readonly #networks: Set<string>;

  /** @param since when it was looked at; what the engine tells of before is known */
  constructor(
    { identity, nodes }: LabObjects,
    { since, isBeingRemoved }: { since: number; isBeingRemoved: (id: string) => boolean },
  ) {
    this.#lab = identity.lab;
    this.#since = since;
    this.#isBeingRemoved = isBeingRemoved;
    this.#networks = new Set(identity.networks.map((network) => networkName(identity.lab, network)));
    for (const node of nodes) {
      this.#holders.set(node.id, node.spec.name);
      for (const container of node.containers) {
        const { state, exitCode } = presentState(container, node.running);
        const { id, spec } = container;
        const more = { beforePause: 'starting', startedAt: undefined } as const;
        this.#containers.set(id, { id, node: node.spec.name, spec, state, exitCode, ...more });
      }
    }
  }

  /** What is known of an object of the lab; undefined when nothing is. */
  knows(id: string): 'holder' | { readonly state: ContainerState; readonly runs: boolean } | undefined {
    const container = this.#containers.get(id);
    if (container !== undefined) return { state: container.state, runs: isRunning(container) };
    return this.#holders.has(id) ? 'holder' : undefined;
  }

  /** Every object that is known, with the labels that tell what it is. */
  *labelled(): Generator<{ readonly id: string; readonly labels: Labels }> {
    const of = (node: string) => ({ [label.lab]: this.#lab, [label.node]: node });
    for (const { id, node, spec } of this.#containers.values()) {
      yield { id, labels: { ...of(node), [label.container]: spec.name } };
    }
    for (const [id, node] of this.#holders) yield { id, labels: of(node) };
  }

  all(): readonly Watched[] {
    return [...this.#containers.values()];
  }

  /** Nothing but its networks is left. */
  get isEmpty(): boolean {
    return this.#containers.size === 0 && this.#holders.size === 0;
  }

  /** All its networks have gone. */
  get isGone(): boolean {
    return this.#networks.size === 0;
  }

  present(time: number): RuntimeEvent[] {
    return this.all().map((container) => eventOf(container, time));
  }

  /** It answers its probe. */
  ready(container: Watched, time: number): readonly RuntimeEvent[] {
    if (container.state === 'paused') {
      container.beforePause = 'ready';
      return [];
    }
    if (container.state !== 'starting') return [];
    return this.#become(container, 'ready', time).events;
  }

  tell(event: EngineEvent): Told {
    if (event.type === 'network') {
      // An earlier lab of the name may have gone just before this one was made.
      if (event.action === 'destroy' && event.time >= this.#since) this.#networks.delete(event.name);
      return nothing;
    }
    if (event.labels[label.lab] !== this.#lab || this.#isOld(event)) return nothing;
    return event.labels[label.container] === undefined ? this.#tellHolder(event) : this.#tellContainer(event);
  }

  /** An engine may know of an end only after the end: one of the present run counts, whenever it is told. */
  #isOld({ action, id, time }: EngineEvent): boolean {
    if (time >= this.#since) return false;
    const startedAt = this.#containers.get(id)?.startedAt;
    return action !== 'die' || startedAt === undefined || time < startedAt;
  }

  #tellHolder({ id, action, labels, time }: EngineEvent): Told {
    const node = labels[label.node] ?? '';
    const known = this.#holders.has(id);
    if (action === 'create') {
      this.#holders.set(id, node);
      return { events: [{ kind: 'node', node, state: 'created', time }], changed: node };
    }
    if (action === 'destroy') {
      this.#holders.delete(id);
      return { events: known ? [{ kind: 'node', node, state: 'removed', time }] : [], changed: node };
    }
    return { events: [], changed: node };
  }

  #tellContainer(event: EngineEvent): Told {
    const { id, action, labels, time } = event;
    const container = this.#containers.get(id);
    if (action === 'create') {
      if (container !== undefined) return nothing;
      const spec = containerSpecOf(labels);
      const node = labels[label.node] ?? '';
      const made: Watched = {
        id,
        node,
        spec,
        state: 'created',
        exitCode: undefined,
        beforePause: 'starting',
        startedAt: undefined,
      };
      this.#containers.set(id, made);
      return { events: [eventOf(made, time)], changed: node };
    }
    if (container === undefined) return nothing;
    const runs = isRunning(container);
    switch (action) {
      case 'destroy':
        this.#containers.delete(id);
        return { events: [], ended: id, changed: container.node };
      case 'start': {
        if (runs) return nothing;
        container.exitCode = undefined;
        return { ...this.#become(container, 'starting', time), started: container };
      }
      case 'die':
        return runs ? { ...this.#end(container, event), ended: id } : nothing;
      case 'pause':
        if (container.state !== 'starting' && container.state !== 'ready') return nothing;
        container.beforePause = container.state;
        return this.#become(container, 'paused', time);
      case 'unpause':
        return container.state === 'paused' ? this.#become(container, container.beforePause, time) : nothing;
      case 'rename':
        return runs ? nothing : this.#renamed(container, event);
    }
  }

  #end(container: Watched, { id, mark, exitCode, time }: EngineEvent): Told {
    container.exitCode = exitCode;
    const wanted = mark?.kind === 'stopped' || mark?.kind === 'old' || this.#isBeingRemoved(id);
    if (wanted) return this.#become(container, 'stopped', time);
    return this.#become(container, container.spec.once && exitCode === 0 ? 'ready' : 'exited', time);
  }

  /** What does not run says by its name that it was stopped, or could not be run at all. */
  #renamed(container: Watched, { mark, time }: EngineEvent): Told {
    if (mark?.kind === 'stopped') return this.#become(container, 'stopped', time);
    if (mark?.kind !== 'failed') return nothing;
    container.exitCode = mark.exitCode;
    return this.#become(container, 'exited', time);
  }

  #become(container: Watched, state: ContainerState, time: number): Told {
    if (container.state === state) return nothing;
    container.state = state;
    return { events: [eventOf(container, time)] };
  }
}

/** A job that is done is ready and does not run. */
function isRunning({ state, spec, exitCode }: Watched): boolean {
  if (state === 'ready') return !(spec.once && exitCode !== undefined);
  return state === 'starting' || state === 'paused';
}

function eventOf({ node, spec, state, exitCode }: Watched, time: number): RuntimeEvent {
  const code = exitCode === undefined ? {} : { exitCode };
  return { kind: 'container', node, container: spec.name, state, ...code, time };
}
