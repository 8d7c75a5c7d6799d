import { readFileSync, statSync } from 'node:fs';

/**
 * What a small file says, parsed again only when it has changed, and is not looked at again for `keepMs`. A file that is
 * absent is an empty one.
 */
export class CachedFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  readonly #keepMs: number;
  readonly #now: () => number;
  #stamp = '';
  #readAt = -Infinity;
  #parsed: T;

  /** @param now ms of any clock that only goes forward */
  constructor(path: string, parse: (text: string) => T, { keepMs = 0, now = () => performance.now() } = {}) {
    this.#path = path;
    this.#parse = parse;
    this.#keepMs = keepMs;
    this.#now = now;
    this.#parsed = parse('');
  }

  read(): T {
    const now = this.#now();
    if (now - this.#readAt < this.#keepMs) return this.#parsed;
    this.#readAt = now;
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    const stamp = stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    if (stamp === this.#stamp) return this.#parsed;
    this.#stamp = stamp;
    this.#parsed = this.#parse(stat === undefined ? '' : readFileSync(this.#path, 'utf8'));
    return this.#parsed;
  }
}
