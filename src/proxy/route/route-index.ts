import type { RouteEntry } from './entry.ts';

/** Up to so many routes are looked at one by one: that is faster than any index. */
const fewRoutes = 16;

/**
 * The routes of one virtual host whose paths may match, in their order. Of thousands of routes only those are
 * looked at that have the path, or a beginning of it, as their own; those without such a key (regular expressions,
 * paths without case) are looked at always.
 */
export class RouteIndex {
  readonly #entries: readonly RouteEntry[];
  readonly #wholes = new Map<string, number[]>();
  /** By length of the beginning. */
  readonly #beginnings: { readonly length: number; readonly byText: Map<string, number[]> }[] = [];
  readonly #others: number[] = [];
  readonly #indexed: boolean;

  constructor(entries: readonly RouteEntry[]) {
    this.#entries = entries;
    this.#indexed = entries.length > fewRoutes;
    if (!this.#indexed) return;
    entries.forEach(({ match: { key } }, i) => {
      if (key === undefined) this.#others.push(i);
      else if (key.whole) add(this.#wholes, key.text, i);
      else add(this.#beginningsOf(key.text.length), key.text, i);
    });
  }

  /**
   * The first route that `accept` takes, given those whose path matches; null when it takes none.
   *
   * @param path without query and fragment
   */
  find<T>(path: string, accept: (entry: RouteEntry) => T | undefined): T | undefined {
    if (!this.#indexed) {
      for (const entry of this.#entries) {
        if (!entry.match.matches(path)) continue;
        const accepted = accept(entry);
        if (accepted !== undefined) return accepted;
      }
      return undefined;
    }
    for (const i of this.#candidates(path)) {
      const entry = this.#entries[i]!;
      if (!entry.match.matches(path)) continue;
      const accepted = accept(entry);
      if (accepted !== undefined) return accepted;
    }
    return undefined;
  }

  #candidates(path: string): readonly number[] {
    const found: number[] = [...this.#others];
    const whole = this.#wholes.get(path);
    if (whole !== undefined) found.push(...whole);
    for (const { length, byText } of this.#beginnings) {
      if (length > path.length) continue;
      const beginning = byText.get(length === path.length ? path : path.slice(0, length));
      if (beginning !== undefined) found.push(...beginning);
    }
    return found.length > 1 ? found.sort((a, b) => a - b) : found;
  }

  #beginningsOf(length: number): Map<string, number[]> {
    let found = this.#beginnings.find((one) => one.length === length);
    if (found === undefined) {
      found = { length, byText: new Map() };
      this.#beginnings.push(found);
    }
    return found.byText;
  }
}

function add(map: Map<string, number[]>, text: string, index: number): void {
  const list = map.get(text);
  if (list === undefined) map.set(text, [index]);
  else list.push(index);
}
