import { LabError } from '../../../error.ts';
import { Queue } from '../../../process/queue.ts';
import type { RuntimeEvent } from '../../runtime.ts';
import { explain } from '../api/failure.ts';
import { type Change, follow } from '../api/follow.ts';
import { type ConfigMap, type KubeObject, type Pod, pathOf } from '../api/objects.ts';
import { label } from '../labels.ts';
import { nodesOf } from '../list.ts';
import { labRecordName } from '../names.ts';
import { type LabAt, ofLab } from '../place.ts';
import { applied } from './applied.ts';
import { type Asked, Board } from './board.ts';
import { untilLine } from './log-probe.ts';

/** How long the API server may be away before a watch gives up, in ms. */
const PATIENCE_MS = 60_000;

export interface WatchRequest {
  readonly lab: LabAt;
  /** Aborted when this process has removed the lab. */
  readonly removed: AbortSignal;
  readonly signal: AbortSignal;
}

/** See `RunningLab.watch`. */
export async function* watchLab({ lab, removed, signal }: WatchRequest): AsyncIterable<RuntimeEvent> {
  if (signal.aborted) return;
  const output = new Queue<RuntimeEvent>();
  const over = new AbortController();
  const stop = () => {
    over.abort();
    output.close();
  };
  const gone = () => {
    output.push({ kind: 'lab', state: 'removed', time: Date.now() });
    stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  removed.addEventListener('abort', gone, { once: true });
  const watcher = new Watcher(lab, output, over.signal, gone);
  const fail = (error: unknown) => output.fail(explain(error, `watch lab ${lab.identity.lab}`));
  watcher.run().then(stop, fail);
  try {
    if (removed.aborted) gone();
    for await (const event of output) {
      if (signal.aborted) return;
      yield event;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    removed.removeEventListener('abort', gone);
    stop();
  }
}

class Watcher {
  readonly #lab: LabAt;
  readonly #output: Queue<RuntimeEvent>;
  readonly #over: AbortSignal;
  readonly #gone: () => void;
  readonly #board = new Board();
  readonly #probing = new Map<string, AbortController>();
  #maps: Map<string, ConfigMap> | undefined;
  #pods: Map<string, Pod> | undefined;
  #told = false;

  constructor(lab: LabAt, output: Queue<RuntimeEvent>, over: AbortSignal, gone: () => void) {
    this.#lab = lab;
    this.#output = output;
    this.#over = over;
    this.#gone = gone;
  }

  async run(): Promise<void> {
    const { lab } = this.#lab.identity;
    await Promise.all([
      this.#follow<ConfigMap>('ConfigMap', `${ofLab(lab)},${label.record}`, (change) => {
        this.#maps = applied(this.#maps, change);
      }),
      this.#follow<Pod>('Pod', ofLab(lab), (change) => {
        this.#pods = applied(this.#pods, change);
      }),
    ]);
  }

  async #follow<T extends KubeObject>(
    kind: string,
    labelSelector: string,
    apply: (change: Change<T>) => void,
  ): Promise<void> {
    const { api, namespace } = this.#lab;
    const options = {
      path: pathOf(kind, namespace),
      query: { labelSelector },
      signal: this.#over,
      patienceMs: PATIENCE_MS,
    };
    for await (const change of follow<T>(api, options)) {
      apply(change);
      this.#show();
    }
  }

  #show(): void {
    if (this.#maps === undefined || this.#pods === undefined || this.#over.aborted) return;
    const { lab } = this.#lab.identity;
    if (!this.#maps.has(labRecordName(lab))) {
      if (!this.#told) throw new LabError('runtime', `lab ${lab} is gone`);
      this.#gone();
      return;
    }
    const nodes = nodesOf([...this.#maps.values()], [...this.#pods.values()]);
    const { events, ask } = this.#board.show(nodes, Date.now(), !this.#told);
    this.#told = true;
    this.#output.push(...events);
    const wanted = new Set(ask.map(({ key }) => key));
    for (const [key, probing] of this.#probing) {
      if (wanted.has(key)) continue;
      probing.abort();
      this.#probing.delete(key);
    }
    for (const asked of ask) this.#probe(asked);
  }

  #probe(asked: Asked): void {
    if (this.#probing.has(asked.key)) return;
    const probing = new AbortController();
    this.#probing.set(asked.key, probing);
    const signal = AbortSignal.any([this.#over, probing.signal]);
    untilLine(this.#lab, asked.node, asked.container, signal)
      .then((ready) => {
        if (!ready || signal.aborted) return;
        this.#board.setReady(asked);
        this.#show();
      })
      .catch((error: unknown) => {
        // Else nobody waits for it any more.
        if (!signal.aborted) this.#output.fail(error);
      });
  }
}
