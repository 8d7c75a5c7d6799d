import type { StatPlace } from './announced.ts';
import type { SlotHistogram } from './histogram.ts';
import { binKey, binsPerDecade } from './log-linear.ts';
import type { Slot } from './slots.ts';
import type { ShownStat } from './stats.ts';
import { StatsStore } from './store.ts';

/** Gives the places announced since it was last asked. */
export type TakePlaces = () => Iterable<StatPlace>;

/**
 * The stats of a process of several threads: those of this one, and what the others count in memory they share. Their
 * counters and gauges are added up whenever they are shown, the samples of their histograms are taken over by each
 * latch. Nothing is ever written to another thread's numbers: a reset remembers what they were.
 */
export class MergedStore extends StatsStore {
  readonly #sources: TakePlaces[] = [];
  readonly #counters = new Map<string, RemoteCounter>();
  readonly #gauges = new Map<string, Slot[]>();
  readonly #histograms = new Map<string, RemoteBins[]>();

  /** Adds a thread. */
  attach(take: TakePlaces): void {
    this.#sources.push(take);
  }

  override *counters(usedOnly = false): Iterable<ShownStat> {
    this.#takePlaces();
    for (const own of super.counters()) {
      const remote = this.#counters.get(own.name);
      const shown = remote === undefined ? own : remote.shown(own);
      if (!usedOnly || shown.used) yield shown;
    }
  }

  override *gauges(usedOnly = false): Iterable<ShownStat> {
    this.#takePlaces();
    for (const own of super.gauges()) {
      const slots = this.#gauges.get(own.name);
      const shown = slots === undefined ? own : addedUp(own, slots);
      if (!usedOnly || shown.used) yield shown;
    }
  }

  override histograms(usedOnly = false): Iterable<SlotHistogram> {
    this.#takePlaces();
    return super.histograms(usedOnly);
  }

  override resetCounters(): void {
    this.#takePlaces();
    super.resetCounters();
    for (const counter of this.#counters.values()) counter.reset();
  }

  override latchHistograms(): void {
    this.#takePlaces();
    super.latchHistograms();
    for (const [name, runs] of this.#histograms) {
      const histogram = this.histogram(name);
      for (const run of runs) run.moveTo(histogram);
    }
  }

  #takePlaces(): void {
    for (const take of this.#sources) for (const place of take()) this.#add(place);
  }

  /** A stat that only others have so far gets a place here, too: this store is the list of all names. */
  #add({ kind, name, slot, decade }: StatPlace): void {
    if (kind === 'counter') {
      this.counter(name);
      const known = this.#counters.get(name);
      if (known === undefined) this.#counters.set(name, new RemoteCounter(slot));
      else known.slots.push(slot);
    } else if (kind === 'gauge') {
      this.gauge(name);
      push(this.#gauges, name, slot);
    } else {
      this.histogram(name);
      push(this.#histograms, name, new RemoteBins(slot, decade));
    }
  }
}

class RemoteCounter {
  readonly slots: Slot[];
  /** What the others' sum was at the last reset. */
  #base = 0;

  constructor(slot: Slot) {
    this.slots = [slot];
  }

  shown({ name, value, used }: ShownStat): ShownStat {
    const sum = sumOf(this.slots);
    return { name, value: value + sum - this.#base, used: used || sum !== 0 };
  }

  reset(): void {
    this.#base = sumOf(this.slots);
  }
}

/** The samples of zero, or the bins of one decade, of another thread's histogram, and which of them are known. */
class RemoteBins {
  readonly #slot: Slot;
  readonly #decade: number | undefined;
  readonly #seen: Float64Array;

  constructor(slot: Slot, decade: number | undefined) {
    this.#slot = slot;
    this.#decade = decade;
    this.#seen = new Float64Array(decade === undefined ? 1 : binsPerDecade);
  }

  moveTo(histogram: SlotHistogram): void {
    const { values, at } = this.#slot;
    const seen = this.#seen;
    for (let bin = 0; bin < seen.length; bin++) {
      const count = values[at + bin]!;
      if (count === seen[bin]) continue;
      histogram.add(this.#decade === undefined ? 0 : binKey(this.#decade, bin), count - seen[bin]!);
      seen[bin] = count;
    }
  }
}

function addedUp({ name, value, used }: ShownStat, slots: readonly Slot[]): ShownStat {
  // Beside a gauge's value is whether it was ever moved.
  const moved = slots.some(({ values, at }) => values[at + 1] !== 0);
  return { name, value: value + sumOf(slots), used: used || moved };
}

function sumOf(slots: readonly Slot[]): number {
  let sum = 0;
  for (const { values, at } of slots) sum += values[at]!;
  return sum;
}

function push<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [value]);
  else list.push(value);
}
