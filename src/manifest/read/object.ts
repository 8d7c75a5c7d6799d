import type { Document, Path } from '../../document/document.ts';
import { DocumentError, formatPath, type Position, type Problem } from '../../document/problem.ts';

/** A Kubernetes object of a manifest; its paths start at the object. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** The object's own part of its file, as a document. */
  readonly document: Document;
}

/** A part of a document as one of its own: `value` in the place of what stands at `path`. */
export function partOf(document: Document, path: Path, value: unknown): Document {
  return {
    file: document.file,
    value,
    warnings: [],
    positionOf: (below) => document.positionOf([...path, ...below]),
    positionOfKey: (below) =>
      below.length === 0 ? document.positionOf(path) : document.positionOfKey([...path, ...below]),
  };
}

/** `Deployment web` */
export function titleOf({ kind, name }: Pick<ManifestObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** A problem at a value of a document, or (`key`) at the key that leads to it. */
export function problemAt(
  document: Document,
  path: Path,
  message: string,
  { hint, key = false }: { readonly hint?: string | undefined; readonly key?: boolean } = {},
): Problem {
  const at: Position = key ? document.positionOfKey(path) : document.positionOf(path);
  return { severity: 'error', at, path: formatPath(path), message, hint };
}

/** @throws DocumentError when there are problems, in the order of the files */
export function failOn(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const files = [...new Set(problems.map(({ at }) => at?.file ?? ''))];
  const what = files.length === 1 ? files[0]! : 'the manifests cannot be run';
  const order = (problem: Problem) => files.indexOf(problem.at?.file ?? '');
  const sorted = [...problems].sort(
    (a, b) =>
      order(a) - order(b) ||
      (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
      (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
  throw new DocumentError(what, sorted);
}
