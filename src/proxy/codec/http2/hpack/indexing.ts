import { staticNames, staticValues } from './static-table.ts';

/** How a field that no table has is written (RFC 7541 §6.2). */
export const Indexing = {
  /** As a literal that both sides add to their tables. */
  incremental: 0,
  /** As a literal that they do not. */
  without: 1,
  /** As a literal that nobody on the way may ever add to a table. */
  never: 2,
} as const;
export type Indexing = (typeof Indexing)[keyof typeof Indexing];

/** Fields whose values seldom come again; nghttp2, which Envoy uses, does not add them to the table. */
const seldomAgain = new Set([
  ':path',
  'age',
  'content-length',
  'etag',
  'if-modified-since',
  'if-none-match',
  'location',
  'set-cookie',
]);

/** What the static table knows of a name. */
export interface StaticName {
  /** The first index that has the name. */
  readonly index: number;
  /** The values it has there, from that index on; none when it has the name only. */
  readonly values: readonly string[];
}

const known = new Map<string, StaticName & { values: string[] }>();
for (let index = 1; index < staticNames.length; index++) {
  const name = staticNames[index]!;
  const entry = known.get(name) ?? { index, values: [] };
  known.set(name, entry);
  if (staticValues[index] !== '') entry.values.push(staticValues[index]!);
}

export const staticEntries: ReadonlyMap<string, StaticName> = known;

/** How nghttp2 writes a field of that name, whatever its value. */
export function indexingOf(name: string): Indexing {
  if (name === 'authorization') return Indexing.never;
  return seldomAgain.has(name) ? Indexing.without : Indexing.incremental;
}

/** Cookies this short (in bytes) might be guessed by who watches the table's hits: they are never indexed. */
export const guessableCookie = 20;
