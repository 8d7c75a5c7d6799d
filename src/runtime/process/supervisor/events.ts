import type { RuntimeEvent } from '../../runtime.ts';

type Listener = (event: RuntimeEvent) => void;

/** Hands each event to everyone who watches, in order. */
export class EventBus {
  readonly #listeners = new Set<Listener>();

  emit(event: RuntimeEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** The last event of all. */
  end(event: RuntimeEvent): void {
    this.emit(event);
    this.#listeners.clear();
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
