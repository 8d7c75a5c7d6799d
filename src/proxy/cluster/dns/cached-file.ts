import { readFileSync, statSync } from 'node:fs';

/** What a small file says, parsed again only when it has changed. A file that is absent is an empty one. */
export class CachedFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  #stamp = '';
  #parsed: T;

  constructor(path: string, parse: (text: string) => T) {
    this.#path = path;
    this.#parse = parse;
    this.#parsed = parse('');
  }

  read(): T {
    const stat = statSync(this.#path, { throwIfNoEntry: false });
    const stamp = stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    if (stamp === this.#stamp) return this.#parsed;
    this.#stamp = stamp;
    this.#parsed = this.#parse(stat === undefined ? '' : readFileSync(this.#path, 'utf8'));
    return this.#parsed;
  }
}
