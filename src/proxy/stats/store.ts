import type { Clock, Timer } from '../clock.ts';
import { type Announce, AnnouncedHistogram } from './announced.ts';
import { counterLength, SlotCounter } from './counter.ts';
import { gaugeLength, SlotGauge } from './gauge.ts';
import { SlotHistogram } from './histogram.ts';
import { sanitizeStatName } from './sanitize.ts';
import { Slots } from './slots.ts';
import type { Scope, ShownStat } from './stats.ts';
import { type TaggedName, TagProducer } from './tags.ts';

/** What `stats_config` and `stats_flush_interval` may change. */
export interface StoreOptions {
  readonly slots?: Slots;
  readonly tags?: TagProducer;
  /** The buckets of a histogram, by its full name; undefined: the default ones. */
  readonly buckets?: (name: string) => readonly number[] | undefined;
  /** Told where the numbers of every stat are, so that another thread can read them. */
  readonly announce?: Announce;
}

/** All stats of one data plane, and the scope at their root. */
export class StatsStore implements Scope {
  readonly prefix = '';
  readonly slots: Slots;
  readonly #options: StoreOptions;
  readonly #tags: TagProducer;
  readonly #counters = new Map<string, SlotCounter>();
  readonly #gauges = new Map<string, SlotGauge>();
  readonly #histograms = new Map<string, SlotHistogram>();
  readonly #taggedNames = new Map<string, TaggedName>();

  constructor(options: StoreOptions = {}) {
    this.slots = options.slots ?? new Slots();
    this.#options = options;
    this.#tags = options.tags ?? new TagProducer();
  }

  counter(name: string): SlotCounter {
    let counter = this.#counters.get(name);
    if (counter === undefined) {
      const slot = this.slots.allocate(counterLength);
      counter = new SlotCounter(name, slot);
      this.#options.announce?.({ kind: 'counter', name, slot });
      this.#counters.set(name, counter);
    }
    return counter;
  }

  gauge(name: string): SlotGauge {
    let gauge = this.#gauges.get(name);
    if (gauge === undefined) {
      const slot = this.slots.allocate(gaugeLength);
      gauge = new SlotGauge(name, slot);
      this.#options.announce?.({ kind: 'gauge', name, slot });
      this.#gauges.set(name, gauge);
    }
    return gauge;
  }

  histogram(name: string): SlotHistogram {
    let histogram = this.#histograms.get(name);
    if (histogram === undefined) {
      const { announce, buckets } = this.#options;
      histogram =
        announce === undefined
          ? new SlotHistogram(name, this.slots, buckets?.(name))
          : new AnnouncedHistogram(name, this.slots, announce);
      this.#histograms.set(name, histogram);
    }
    return histogram;
  }

  scope(name: string): Scope {
    return new ChildScope(this, `${sanitizeStatName(name)}.`);
  }

  verbatimScope(name: string): Scope {
    return new ChildScope(this, `${name}.`);
  }

  /** In no order; `usedOnly`: those ever touched. */
  counters(usedOnly = false): Iterable<ShownStat> {
    return usedOnly ? used(this.#counters) : this.#counters.values();
  }

  gauges(usedOnly = false): Iterable<ShownStat> {
    return usedOnly ? used(this.#gauges) : this.#gauges.values();
  }

  histograms(usedOnly = false): Iterable<SlotHistogram> {
    return usedOnly ? used(this.#histograms) : this.#histograms.values();
  }

  /** The name without its variable parts, and those as tags. */
  tagged(name: string): TaggedName {
    let tagged = this.#taggedNames.get(name);
    if (tagged === undefined) {
      tagged = this.#tags.extract(name);
      this.#taggedNames.set(name, tagged);
    }
    return tagged;
  }

  /** Forgets the stats whose name starts with `prefix`, when what they count is gone. */
  remove(prefix: string): void {
    for (const kind of [this.#counters, this.#gauges, this.#histograms, this.#taggedNames]) {
      for (const name of kind.keys()) if (name.startsWith(prefix)) kind.delete(name);
    }
  }

  /** Sets every counter to zero, as `/reset_counters` does. */
  resetCounters(): void {
    for (const counter of this.#counters.values()) counter.reset();
  }

  /** Ends the interval of all histograms. */
  latchHistograms(): void {
    for (const histogram of this.#histograms.values()) histogram.latch();
  }

  /** Latches every `intervalMs` (Envoy's `stats_flush_interval`, 5 s) until disposed. */
  startFlushing(clock: Clock, intervalMs = 5000): Disposable {
    let timer: Timer;
    const schedule = (): void => {
      timer = clock.setTimeout(() => {
        this.latchHistograms();
        schedule();
      }, intervalMs);
    };
    schedule();
    return { [Symbol.dispose]: () => timer.cancel() };
  }
}

class ChildScope implements Scope {
  readonly prefix: string;
  readonly #store: StatsStore;

  constructor(store: StatsStore, prefix: string) {
    this.#store = store;
    this.prefix = prefix;
  }

  counter(name: string): SlotCounter {
    return this.#store.counter(this.prefix + name);
  }

  gauge(name: string): SlotGauge {
    return this.#store.gauge(this.prefix + name);
  }

  histogram(name: string): SlotHistogram {
    return this.#store.histogram(this.prefix + name);
  }

  scope(name: string): Scope {
    return new ChildScope(this.#store, `${this.prefix}${sanitizeStatName(name)}.`);
  }

  verbatimScope(name: string): Scope {
    return new ChildScope(this.#store, `${this.prefix}${name}.`);
  }
}

function* used<T extends { readonly used: boolean }>(stats: ReadonlyMap<string, T>): Iterable<T> {
  for (const stat of stats.values()) if (stat.used) yield stat;
}
