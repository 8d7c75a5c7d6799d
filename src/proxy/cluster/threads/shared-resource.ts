import { SlotGauge } from '../../stats/gauge.ts';
import type { Slot } from '../../stats/slots.ts';
import { type BreakerGauge, breakerGauges, type CreateResource, Resource } from '../circuit-breaker.ts';

const priorities = ['default', 'high'] as const;
type Priority = (typeof priorities)[number];

/** The counts that all threads keep of a cluster, in shared memory. */
export interface SharedLimits {
  /** By priority, then in the order of {@link breakerGauges}. */
  readonly counts: Int32Array;
  /** The main thread's gauges that say which limit is reached, in the same order. */
  readonly open: readonly Slot[];
}

function places(): (readonly [Priority, BreakerGauge])[] {
  return priorities.flatMap((priority) => breakerGauges.map((gauge) => [priority, gauge] as const));
}

/** Makes room for a cluster's counts; `gauge` gives its gauge by what follows `cluster.<name>.`. */
export function createSharedLimits(gauge: (name: string) => SlotGauge): SharedLimits {
  const all = places();
  return {
    counts: new Int32Array(new SharedArrayBuffer(all.length * Int32Array.BYTES_PER_ELEMENT)),
    open: all.map(([priority, name]) => gauge(`circuit_breakers.${priority}.${name}`).slot),
  };
}

/** Makes the limits of a worker's cluster out of what all threads share. */
export function sharedResources({ counts, open }: SharedLimits): CreateResource {
  const all = places();
  return (priority, gauge, limit, own, runtime, key) => {
    const at = all.findIndex(([its, name]) => its === priority && name === gauge);
    return new SharedResource(counts, at, limit, new SlotGauge(own.name, open[at]!), runtime, key);
  };
}

/**
 * A limit over all threads. Asking and taking are two steps, so that threads that ask at the same moment may go over
 * it by one each: Envoy's limits are no stricter (docs: arch_overview/upstream/circuit_breaking).
 */
class SharedResource extends Resource {
  readonly #counts: Int32Array;
  readonly #at: number;
  readonly #gauge: SlotGauge;

  constructor(counts: Int32Array, at: number, ...of: [number, SlotGauge, ...Rest]) {
    super(...of);
    this.#counts = counts;
    this.#at = at;
    this.#gauge = of[1];
  }

  override get current(): number {
    return Atomics.load(this.#counts, this.#at);
  }

  override get canCreate(): boolean {
    return this.current < this.max;
  }

  override inc(): void {
    this.#gauge.set(Atomics.add(this.#counts, this.#at, 1) + 1 < this.max ? 0 : 1);
  }

  override dec(): void {
    this.#gauge.set(Atomics.sub(this.#counts, this.#at, 1) - 1 < this.max ? 0 : 1);
  }
}

type Rest = ConstructorParameters<typeof Resource> extends [number, unknown, ...infer R] ? R : never;
