import { LabError } from '../../../error.ts';
import { Queue } from '../../../process/queue.ts';
import type { RuntimeEvent } from '../../runtime.ts';
import type { Engine } from '../engine.ts';
import { explain } from '../errors.ts';
import type { LabObjects } from '../objects.ts';
import { listContainers, listLab, listNetworks } from '../observe/list.ts';
import { lookAt } from '../observe/look.ts';
import { pause } from '../pause.ts';
import type { ProbeContext } from '../ready/ready.ts';
import { Board, type Told } from './board.ts';
import type { EngineEvent } from './engine-event.ts';
import { openEvents } from './event-stream.ts';
import { LostEvents } from './lost-events.ts';
import { Probes } from './probes.ts';

/** What is watched, and what of it only this process knows. */
export interface WatchRequest {
  readonly engine: Engine;
  readonly lab: string;
  readonly context: ProbeContext;
  /** Its end is none by itself. */
  readonly isBeingRemoved: (id: string) => boolean;
  /** Aborted when this process has removed the lab. */
  readonly removed: AbortSignal;
  readonly signal: AbortSignal;
}

/** How late an engine may tell of something, in ms. */
const LATE_MS = 2000;
/** Between two looks for what was not told, in ms. */
const LOOK_AGAIN_MS = 1000;

/** See `RunningLab.watch`. Nothing is asked for twice: the engine tells what happens, and each probe when it is met. */
export async function* watchLab(request: WatchRequest): AsyncIterable<RuntimeEvent> {
  const { engine, lab, signal } = request;
  if (signal.aborted) return;
  const over = new AbortController();
  const output = new Queue<RuntimeEvent>();
  const stop = () => {
    over.abort();
    output.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    // Subscribed before it is looked: nothing that happens in between is missed.
    const since = Date.now();
    const events = await openEvents(engine, since - LATE_MS, over.signal);
    const objects = await listLab(engine, lab);
    if (objects === undefined) throw new LabError('runtime', `lab ${lab} is gone`);
    const watcher = new Watcher({ ...request, since }, objects, output, over.signal);
    await watcher.begin();
    watcher.follow(events).then(
      () => output.close(),
      (error: unknown) => output.fail(explain(error, `watch lab ${lab}`)),
    );
    for await (const event of output) {
      if (signal.aborted) return;
      yield event;
    }
  } catch (error) {
    if (!signal.aborted) throw explain(error, `watch lab ${lab}`);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

class Watcher {
  readonly #request: WatchRequest & { readonly since: number };
  readonly #board: Board;
  readonly #probes: Probes;
  readonly #output: Queue<RuntimeEvent>;
  readonly #over: AbortSignal;
  readonly #objects: LabObjects;

  constructor(
    request: WatchRequest & { readonly since: number },
    objects: LabObjects,
    output: Queue<RuntimeEvent>,
    over: AbortSignal,
  ) {
    this.#request = request;
    this.#objects = objects;
    this.#output = output;
    this.#over = over;
    this.#board = new Board(objects, request);
    this.#probes = new Probes(request, objects, over, (container) =>
      this.#output.push(...this.#board.ready(container, Date.now())),
    );
  }

  /** Tells the present states. */
  async begin(): Promise<void> {
    const { context } = this.#request;
    const running = this.#board.all().filter(({ state }) => state === 'starting' || state === 'paused');
    await Promise.all(
      running.map(async (watched) => {
        const node = this.#objects.nodes.find(({ spec }) => spec.name === watched.node)!;
        const container = node.containers.find(({ id }) => id === watched.id)!;
        const { state, exitCode, startedAt } = await lookAt(node, container, context);
        Object.assign(watched, { state, exitCode, startedAt });
      }),
    );
    this.#output.push(...this.#board.present(Date.now()));
    for (const watched of running) if (watched.state === 'starting') this.#probes.begin(watched);
  }

  /** Carries on with the engine's events until the lab is gone. */
  async follow(opened: AsyncIterable<EngineEvent>): Promise<void> {
    const { removed, lab, engine } = this.#request;
    const gone = () => {
      this.#output.push({ kind: 'lab', state: 'removed', time: Date.now() });
      this.#output.close();
    };
    removed.addEventListener('abort', gone, { once: true });
    try {
      if (removed.aborted) return gone();
      const events = engine.dialect.losesEvents ? this.#withLost(opened) : opened;
      for await (const event of events) {
        this.#apply(this.#board.tell(event));
        if (this.#board.isGone || (await this.#hasVanished())) return gone();
      }
      if (!this.#over.aborted) throw new LabError('runtime', `the engine tells no more of lab ${lab}`);
    } catch (error) {
      if (!this.#over.aborted) throw error;
    } finally {
      removed.removeEventListener('abort', gone);
    }
  }

  /** The engine's events, and what it did not tell. */
  async *#withLost(opened: AsyncIterable<EngineEvent>): AsyncIterable<EngineEvent> {
    const { engine, lab } = this.#request;
    const all = new Queue<EngineEvent>();
    const stop = () => all.close();
    this.#over.addEventListener('abort', stop, { once: true });
    const tell = async () => {
      for await (const event of opened) all.push(event);
    };
    const look = async () => {
      const lost = new LostEvents(this.#board);
      while (!this.#over.aborted) {
        await pause(LOOK_AGAIN_MS, this.#over);
        if (!this.#over.aborted) all.push(...lost.look(await listContainers(engine, lab), Date.now()));
      }
    };
    Promise.all([tell(), look()]).catch((error: unknown) => all.fail(error));
    try {
      yield* all;
    } finally {
      this.#over.removeEventListener('abort', stop);
    }
  }

  #apply({ events, started, ended, changed }: Told): void {
    if (changed !== undefined) this.#probes.forget(changed);
    if (ended !== undefined) this.#probes.end(ended);
    this.#output.push(...events);
    if (started !== undefined) this.#probes.begin(started);
  }

  /** Where the engine does not tell of networks, an empty lab is looked at for a while: it may be about to go. */
  async #hasVanished(): Promise<boolean> {
    const { engine, lab } = this.#request;
    if (engine.dialect.tellsNetworks || !this.#board.isEmpty) return false;
    for (let ms = 20; ms < 2000 && !this.#over.aborted; ms *= 2) {
      if ((await listNetworks(engine, lab)).length === 0) return true;
      await pause(ms, this.#over);
    }
    return false;
  }
}
