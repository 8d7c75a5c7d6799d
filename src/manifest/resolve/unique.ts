import type { Path } from '../../document/document.ts';
import type { ManifestObject } from '../read/object.ts';
import type { Findings } from './findings.ts';

/**
 * Tells of each item of a list that has the same as one before it.
 *
 * @param path of the list
 * @param member where the same stands, from the item
 * @param of what has to be unique; undefined: nothing of that item
 */
export function checkUnique<T>(
  { findings, object }: { readonly findings: Findings; readonly object: ManifestObject },
  list: readonly T[],
  path: Path,
  member: string,
  of: (item: T) => string | undefined,
): void {
  const seen = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const value = of(item);
    if (value === undefined) continue;
    const before = seen.get(value);
    if (before === undefined) seen.set(value, index);
    else findings.problem(object, [...path, index, member], `"${value}" stands in item ${before} too`);
  }
}
