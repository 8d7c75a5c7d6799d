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
  const filled = new Set<string>();
  let input = document.value;
  for (let round = 0; round < ROUNDS; round++) {
    const result = schema.safeParse(input, { error: nameKnownKeys });
    if (result.success) return { value: result.data, problems };
    const findings = findingsOf(result.error.issues, input);
    problems.addFindings(findings.filter(({ path }) => !filled.has(formatPath(path))));
    const mended = mend(input, findings, filled);
    if (mended === undefined) break;
    input = mended;
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
    if (this.#isExplained(path)) return;
    this.#push({ path, message, hint: options.hint, key: options.key ?? false });
  }

  /** What one look with the schema found; those of one look explain each other only when one is of a whole. */
  addFindings(findings: readonly Finding[]): void {
    const news = findings.filter(({ path }) => !this.#isExplained(path));
    this.#wrong.push(...findings.map(({ path }) => path));
    for (const finding of news) {
      const inside = findings.some(
        ({ path }) => path.length > finding.path.length && startsWith(path, finding.path),
      );
      if (!(finding.ofWhole && inside)) this.#push(finding);
    }
  }

  /** Whether something within the path, or the path itself, is known to be wrong. */
  #isExplained(path: Path): boolean {
    return this.#wrong.some((wrong) => startsWith(wrong, path));
  }

  #push({ path, message, hint, key }: Finding): void {
    const at = key ? this.#document.positionOfKey(path) : this.#document.positionOf(path);
    this.#problems.push({ severity: 'error', at, path: formatPath(path), message, hint });
  }
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, i) => path[i] === step);
}

/**
 * A copy that may pass: wrong values are left out, and for missing ones a text is filled in, once; where a text is no
 * good either, the whole that it is missing from is left out. List items keep their numbers: of a wrong item the whole
 * list goes. undefined when that would leave nothing.
 */
function mend(value: unknown, findings: readonly Finding[], filled: Set<string>): unknown {
  const copy = structuredClone(value);
  for (const { path, missing } of findings) {
    const target = missing === undefined ? undefined : [...path, missing];
    if (target !== undefined && !filled.has(formatPath(target))) {
      filled.add(formatPath(target));
      const parent = at(copy, path);
      if (isContainer(parent)) parent[missing!] = `missing-${filled.size}`;
      continue;
    }
    const wrong = filled.has(formatPath(path)) ? path.slice(0, -1) : path;
    let last = wrong.length - 1;
    while (last >= 0 && typeof wrong[last] === 'number') last--;
    if (last < 0) return undefined;
    const parent = at(copy, wrong.slice(0, last));
    if (isContainer(parent)) delete parent[wrong[last]!];
  }
  return copy;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, step) => (isContainer(parent) ? parent[step] : undefined), value);
}

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
