import { LabError } from '../../../error.ts';
import { explain } from '../errors.ts';
import type { LabObjects, NodeObject } from '../objects.ts';
import { listLab } from '../observe/list.ts';
import { untilReady } from '../ready/ready.ts';
import type { Watched } from './board.ts';
import type { WatchRequest } from './watch.ts';

/** Finds out when containers are ready, one probe for each that starts. */
export class Probes {
  readonly #request: WatchRequest;
  readonly #over: AbortSignal;
  readonly #onReady: (container: Watched) => void;
  readonly #nodes: Map<string, NodeObject>;
  readonly #running = new Map<string, AbortController>();
  #listing: Promise<void> | undefined;

  constructor(
    request: WatchRequest,
    { nodes }: LabObjects,
    over: AbortSignal,
    onReady: (container: Watched) => void,
  ) {
    this.#request = request;
    this.#over = over;
    this.#onReady = onReady;
    this.#nodes = new Map(nodes.map((node) => [node.spec.name, node]));
  }

  /** What is known of a node is not true any more. */
  forget(node: string): void {
    this.#nodes.delete(node);
  }

  begin(container: Watched): void {
    this.end(container.id);
    // A job is ready once it has done its work, whatever it answers before.
    if (container.spec.once) return;
    // Waiting for a list would only make this one late.
    if (container.spec.ready.kind === 'started') {
      this.#onReady(container);
      return;
    }
    const probing = new AbortController();
    this.#running.set(container.id, probing);
    const signal = AbortSignal.any([this.#over, probing.signal]);
    this.#probe(container, signal).catch(() => {
      // The container, its node or the engine has gone: the event of that is on its way.
    });
  }

  end(id: string): void {
    this.#running.get(id)?.abort();
    this.#running.delete(id);
  }

  async #probe(watched: Watched, signal: AbortSignal): Promise<void> {
    const node = await this.#node(watched.node, watched.id);
    const container = node.containers.find(({ id }) => id === watched.id);
    if (container === undefined || signal.aborted) return;
    const running = { ...container, status: 'running' as const };
    const ready = await untilReady(this.#request.context, node, running, signal);
    if (ready && !signal.aborted) this.#onReady(watched);
  }

  /** All who need to know something share one list. */
  async #node(name: string, container: string): Promise<NodeObject> {
    const known = () => {
      const node = this.#nodes.get(name);
      return node?.running && node.containers.some(({ id }) => id === container) ? node : undefined;
    };
    // One that was under way may be from before what is asked for.
    for (let tries = 0; tries < 3 && known() === undefined; tries++) {
      this.#listing ??= this.#list().finally(() => {
        this.#listing = undefined;
      });
      await this.#listing;
    }
    const node = known();
    if (node === undefined) throw new LabError('runtime', `node ${name} is gone`);
    return node;
  }

  async #list(): Promise<void> {
    const { engine, lab } = this.#request;
    try {
      for (const node of (await listLab(engine, lab))?.nodes ?? []) this.#nodes.set(node.spec.name, node);
    } catch (error) {
      throw explain(error, `watch lab ${lab}`);
    }
  }
}
