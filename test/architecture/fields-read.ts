import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SupportTable } from '../../src/bootstrap/support.ts';

/**
 * Fields that the table says are implemented, and that no code names: `MESSAGE.FIELD`. Code is the source without
 * comments, texts and entries of the tables themselves, for these name fields without reading them.
 */
export function unreadFields(support: SupportTable, words: ReadonlySet<string>): string[] {
  return Object.entries(support).flatMap(([message, listed]) =>
    Object.entries(listed)
      // What takes one value alone says nothing to code.
      .filter(([field, { noEffect, values }]) => {
        return noEffect === undefined && values?.length !== 1 && !words.has(field);
      })
      .map(([field]) => `${message}.${field}`),
  );
}

/** Every word of the code in the folder's TypeScript files, but those of tests and of generated ones. */
export function wordsOf(folder: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true })) {
    const file = String(entry);
    if (!file.endsWith('.ts') || /\.(test|fake|bench|generated)\.ts$/.test(file)) continue;
    for (const word of codeOf(readFileSync(join(folder, file), 'utf8'))) words.add(word);
  }
  return words;
}

/** The words of a source: no comment's, no string's (those in a template's `${}` count), no table entry's. */
export function codeOf(source: string): string[] {
  const code = source
    .replace(/^\s*(\/\*\*|\*|\/\/).*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/\b\w+: \{\s*(?:values|noEffect): /g, '');
  return code.match(/\b[a-z]\w*/gi) ?? [];
}
