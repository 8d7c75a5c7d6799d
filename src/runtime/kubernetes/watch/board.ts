import type { ContainerSpec } from '../../node-spec.ts';
import type { RuntimeEvent } from '../../runtime.ts';
import { type NodeObject, type PresentState, presentState } from '../states.ts';

/** A container that only its log tells to be ready. */
export interface Asked {
  /** Of one life of it. */
  readonly key: string;
  readonly node: NodeObject;
  readonly container: ContainerSpec;
}

interface Shown extends PresentState {
  readonly life: string;
}

/** States of a lab's containers, carried on by what the cluster shows. What is shown twice changes nothing. */
export class Board {
  readonly #shown = new Map<string, Map<string, Shown>>();
  readonly #ready = new Set<string>();

  /** It was found to be ready. */
  setReady({ key }: Asked): void {
    this.#ready.add(key);
  }

  /**
   * @param first nothing was shown before: only the states of containers are told
   * @returns what has changed, and which containers have to be asked
   */
  show(nodes: readonly NodeObject[], time: number, first = false): { events: RuntimeEvent[]; ask: Asked[] } {
    const events: RuntimeEvent[] = [];
    const ask: Asked[] = [];
    const names = new Set(nodes.map(({ record }) => record.spec.name));
    for (const node of [...this.#shown.keys()]) {
      if (names.has(node)) continue;
      this.#shown.delete(node);
      events.push({ kind: 'node', node, state: 'removed', time });
    }
    for (const object of nodes) {
      const { name: node, containers } = object.record.spec;
      let shown = this.#shown.get(node);
      if (shown === undefined) {
        shown = new Map();
        this.#shown.set(node, shown);
        if (!first) events.push({ kind: 'node', node, state: 'created', time });
      }
      for (const container of containers) {
        const life = `${node}/${container.name}/${object.pod?.metadata.uid ?? ''}`;
        let present = presentState(object, container);
        if (present.ask) {
          if (this.#ready.has(life)) present = { ...present, state: 'ready' };
          else ask.push({ key: life, node: object, container });
        }
        const before = shown.get(container.name);
        shown.set(container.name, { ...present, life });
        if (before?.state === present.state && before.exitCode === present.exitCode) continue;
        const { state, exitCode } = present;
        events.push({
          kind: 'container',
          node,
          container: container.name,
          state,
          ...(exitCode !== undefined && { exitCode }),
          time,
        });
      }
    }
    return { events, ask };
  }
}
