import type * as z from 'zod';
import type { Document, Path } from '../document/document.ts';
import { formatPath, type Problem } from '../document/problem.ts';
import { type Finding, findingsOf, nameKnownKeys } from './finding.ts';

/** What a schema made of a document. */
export interface Reading<T> {
  /**
   * The document as the schema's output. When something is wrong it is what remains after the wrong parts are left
   * out, so that what only shows later (a name that does not exist) is reported too; undefined when nothing does.
   */
  readonly value: T | undefined;
  readonly problems: ProblemList;
}

/** Each wrong part costs one more parse at most; a file with more levels of mistakes than this is told the first. */
const ROUNDS = 8;

/** Checks a document against a schema and collects every problem with its place. Never throws for bad input. */
export function readSchema<S extends z.ZodType>(schema: S, document: Document): Reading<z.output<S>> {
  const problems = new ProblemList(document);
  let input = document.value;
  for (let round = 0; round < ROUNDS; round++) {
    const result = schema.safeParse(input, { error: nameKnownKeys });
    if (result.success) return { value: result.data, problems };
    const findings = findingsOf(result.error.issues, document.value);
    for (const finding of findings) problems.addFinding(finding);
    const pruned = prune(
      input,
      findings.map(({ path }) => path),
    );
    if (pruned === undefined) break;
    input = pruned;
  }
  return { value: undefined, problems };
}

/** Problems of one document. Those found on a part that was already wrong are not added: the first says it. */
export class ProblemList {
  readonly #document: Document;
  readonly #problems: Problem[] = [];
  readonly #wrong: Path[] = [];

  constructor(document: Document) {
    this.#document = document;
  }

  /** In the order of the document. */
  get all(): readonly Problem[] {
    return [...this.#problems].sort(
      (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
    );
  }

  /** Something that the schema cannot know, at a value or (`key`) at the key that leads to it. */
  add(path: Path, message: string, options: { hint?: string | undefined; key?: boolean } = {}): void {
    if (this.#wrong.some((wrong) => path.every((step, i) => wrong[i] === step))) return;
    this.#push({ path, message, hint: options.hint, key: options.key ?? false });
  }

  addFinding(finding: Finding): void {
    this.#wrong.push(finding.path);
    this.#push(finding);
  }

  #push({ path, message, hint, key }: Finding): void {
    const at = key ? this.#document.positionOfKey(path) : this.#document.positionOf(path);
    this.#problems.push({ severity: 'error', at, path: formatPath(path), message, hint });
  }
}

/**
 * A copy without the values at the paths. List items keep their numbers: of a wrong item the whole list goes.
 * undefined when a path is the whole document, or leads to nothing that could be left out.
 */
function prune(value: unknown, paths: readonly Path[]): unknown {
  const copy = structuredClone(value);
  for (const path of paths) {
    let last = path.length - 1;
    while (last >= 0 && typeof path[last] === 'number') last--;
    if (last < 0) return undefined;
    let parent: unknown = copy;
    for (const step of path.slice(0, last))
      parent = (parent as Record<string | number, unknown> | undefined)?.[step];
    if (typeof parent === 'object' && parent !== null)
      delete (parent as Record<string, unknown>)[path[last]!];
  }
  return copy;
}
