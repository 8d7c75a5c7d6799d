import type * as z from 'zod';
import type { Document, Path } from '../../document/document.ts';
import { formatPath, type Problem } from '../../document/problem.ts';
import { readSchema } from '../../schema/read.ts';
import { partOf, problemAt } from '../read/object.ts';
import type { FieldTable } from './field-table.ts';
import { PLACES, type Shape } from './fields.ts';

/** A field that is left out, and why. */
export interface Note {
  readonly path: Path;
  readonly why: string;
}

/** An object's value without the fields that a lab does not have. */
export interface Trimmed {
  readonly value: unknown;
  readonly notes: readonly Note[];
  readonly problems: readonly Problem[];
}

/** Takes out of an object what {@link PLACES} knows of; nulls are out already. */
export function trim(document: Document, value: unknown, shape: Shape): Trimmed {
  const notes: Note[] = [];
  const problems: Problem[] = [];
  const copy = structuredClone(value);
  for (const [pattern, table] of PLACES[shape]) {
    for (const path of matches(copy, pattern)) {
      trimMap(document, at(copy, path) as Record<string, unknown>, path, table, { notes, problems });
    }
  }
  const spec = at(copy, shape === 'pod' ? ['spec'] : ['spec', 'template', 'spec']) as
    | { dnsConfig?: object }
    | undefined;
  if (spec?.dnsConfig !== undefined && Object.keys(spec.dnsConfig).length === 0) delete spec.dnsConfig;
  return { value: copy, notes, problems };
}

function trimMap(
  document: Document,
  map: Record<string, unknown>,
  path: Path,
  { noted, refused }: FieldTable,
  found: { readonly notes: Note[]; readonly problems: Problem[] },
): void {
  for (const key of Object.keys(map)) {
    const note = Object.hasOwn(noted, key) ? noted[key] : undefined;
    const [why, schema] = typeof note === 'string' ? [note] : (note ?? []);
    const refusal = Object.hasOwn(refused, key) ? refused[key] : undefined;
    if (why !== undefined) {
      found.notes.push({ path: [...path, key], why });
      if (schema !== undefined) found.problems.push(...check(document, [...path, key], map[key], schema));
    } else if (refusal !== undefined && refusal.harmless?.(map[key]) !== true) {
      const { hint } = refusal;
      const message = `not supported: ${refusal.why}`;
      found.problems.push(problemAt(document, [...path, key], message, { hint, key: true }));
    }
    if (why !== undefined || refusal !== undefined) delete map[key];
  }
}

/** What is wrong with a field that is left out. */
function check(document: Document, path: Path, value: unknown, schema: z.ZodType): Problem[] {
  const { problems } = readSchema(schema, partOf(document, path, value));
  return problems.all.map((problem) => {
    const below = problem.path === '' || problem.path.startsWith('[') ? problem.path : `.${problem.path}`;
    return { ...problem, path: `${formatPath(path)}${below}` };
  });
}

/** The paths of maps that a pattern means: `*` is any item of a list. */
function matches(value: unknown, pattern: readonly string[]): Path[] {
  let paths: Path[] = [[]];
  for (const step of pattern) {
    paths = paths.flatMap((path): Path[] => {
      const here = at(value, path);
      if (step !== '*') return [[...path, step]];
      return Array.isArray(here) ? here.map((_, index) => [...path, index]) : [];
    });
  }
  return paths.filter((path) => {
    const here = at(value, path);
    return typeof here === 'object' && here !== null && !Array.isArray(here);
  });
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      typeof here === 'object' && here !== null
        ? (here as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}
