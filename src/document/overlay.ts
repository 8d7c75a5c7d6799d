import type { Document, Path } from './document.ts';
import type { Position } from './problem.ts';

/**
 * One document put over another, as protobuf merges messages: objects merge, lists are joined, everything else is
 * replaced, an Any (an object with `@type`) too. Positions are those of the file a value came from.
 */
export function overlayDocument(below: Document, above: Document): Document {
  const find = (path: Path): { document: Document; path: Path } => origin(below, above, path);
  return {
    file: below.file,
    value: merge(below.value, above.value),
    warnings: [...below.warnings, ...above.warnings],
    positionOf: (path): Position => {
      const { document, path: own } = find(path);
      return document.positionOf(own);
    },
    positionOfKey: (path): Position => {
      const { document, path: own } = find(path);
      return document.positionOfKey(own);
    },
  };
}

function merge(below: unknown, above: unknown): unknown {
  if (above === null || above === undefined) return below;
  if (Array.isArray(below) && Array.isArray(above)) return [...below, ...above];
  if (!isMergeable(below) || !isMergeable(above)) return above;
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    merged[key] = key in below ? merge(below[key], value) : value;
  }
  return merged;
}

function isMergeable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('@type' in value);
}

/** The document that a path of the merged value leads into, and the path there. */
function origin(below: Document, above: Document, path: Path): { document: Document; path: Path } {
  const own: (string | number)[] = [];
  let low = below.value;
  let high = above.value;
  for (const [i, step] of path.entries()) {
    const rest = path.slice(i + 1);
    if (Array.isArray(low) && Array.isArray(high)) {
      const index = Number(step);
      return index < low.length
        ? { document: below, path: [...own, index, ...rest] }
        : { document: above, path: [...own, index - low.length, ...rest] };
    }
    if (!isMergeable(low) || !isMergeable(high)) break;
    if (!(step in high) || high[step] === null) return { document: below, path: [...own, step, ...rest] };
    if (!(step in low)) return { document: above, path: [...own, step, ...rest] };
    own.push(step);
    low = low[step];
    high = high[step];
  }
  return { document: above, path };
}
