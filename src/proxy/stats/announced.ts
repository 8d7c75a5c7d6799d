import { SlotHistogram } from './histogram.ts';
import type { Slot, Slots } from './slots.ts';

/** Where the numbers of a stat are, in shared memory. */
export interface StatPlace {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly slot: Slot;
  /** Of a histogram: whose bins these are; its head (samples of zero, samples in all) when absent. */
  readonly decade?: number;
}

export type Announce = (place: StatPlace) => void;

/** A histogram that another thread reads, and latches: here its samples only grow. */
export class AnnouncedHistogram extends SlotHistogram {
  readonly #announce: Announce;

  constructor(name: string, slots: Slots, announce: Announce) {
    super(name, slots);
    this.#announce = announce;
    announce({ kind: 'histogram', name, slot: this.head });
  }

  override latch(): void {}

  protected override allocateDecade(decade: number): Slot {
    const slot = super.allocateDecade(decade);
    this.#announce({ kind: 'histogram', name: this.name, slot, decade });
    return slot;
  }
}
