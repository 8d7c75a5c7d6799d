import type { Path } from '../../document/document.ts';
import { formatPath, type Problem } from '../../document/problem.ts';
import { type ManifestObject, problemAt, titleOf } from '../read/object.ts';

/** What is found while manifests become a sandbox: what is wrong, and what is different from a cluster. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly #notes = new Map<string, { first: string; count: number; text: string }>();

  problem(
    object: ManifestObject,
    path: Path,
    message: string,
    options: { readonly hint?: string | undefined; readonly key?: boolean } = {},
  ): void {
    this.problems.push(problemAt(object.document, path, message, options));
  }

  /** A note on a field; the same of other objects is told once, with their number. */
  note(object: ManifestObject, path: Path, why: string): void {
    const field = formatPath(
      path.map((step) => (typeof step === 'number' ? '*' : step)).filter((s) => s !== '*'),
    );
    const key = `${field}\n${why}`;
    const known = this.#notes.get(key);
    if (known !== undefined) known.count++;
    else {
      const { file, line, column } = object.document.positionOfKey(path);
      const first = `${file}:${line}:${column}: ${titleOf(object)}: `;
      const shown = field === '' ? '' : `${formatPath(path)}: `;
      this.#notes.set(key, { first, count: 1, text: `${shown}${why}` });
    }
  }

  get notes(): string[] {
    return [...this.#notes.values()].map(({ first, count, text }) => {
      const more = count === 1 ? '' : ` (and ${count - 1} more)`;
      return `${first}${text}${more}`;
    });
  }
}
