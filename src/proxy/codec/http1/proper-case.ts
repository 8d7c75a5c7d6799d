import type { HeaderFormat } from '../../http/header-format.ts';

/** Most names whose form is kept. */
const keptNames = 512;

/** Envoy's `proper_case_words`: a letter is upper-case at the start and behind what is no letter and no digit. */
export class ProperCase implements HeaderFormat {
  readonly reasonPhrase = '';
  readonly #known = new Map<string, string>();

  write(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const written = name.replace(/(?<![a-z0-9])[a-z]/g, (letter) => letter.toUpperCase());
    if (this.#known.size < keptNames) this.#known.set(name, written);
    return written;
  }
}
