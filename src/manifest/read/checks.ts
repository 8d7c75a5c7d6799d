import { readDocument } from '../../document/document.ts';
import { DocumentError } from '../../document/problem.ts';
import { problemAt } from './object.ts';
import type { Source } from './sources.ts';

/**
 * Checks for a lab of manifests: a list, or what has one as `checks`, such as a sandbox file. What is in them is
 * looked at with the sandbox they become part of.
 *
 * @throws DocumentError when there is no list
 */
export function readChecks({ text, shown }: Source): readonly unknown[] {
  const document = readDocument(text, shown);
  const { value } = document;
  const list = Array.isArray(value) ? value : (value as { checks?: unknown } | null)?.checks;
  if (Array.isArray(list)) return list;
  throw new DocumentError(shown, [
    problemAt(document, [], 'has no checks', { hint: 'a list of checks, or a map with one as checks' }),
  ]);
}
