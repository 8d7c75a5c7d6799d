import type * as z from 'zod';
import type { Path } from '../document/document.ts';
import { didYouMean, suggest } from '../document/suggest.ts';

type Issue = z.core.$ZodIssue;

/** One thing that a schema found wrong, in our words. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint: string | undefined;
  /** The key is wrong, not the value. */
  readonly key: boolean;
  /** It is about a map as a whole, and may only be there because of something within. */
  readonly ofWhole?: boolean;
  /** The key that the map at the path lacks. */
  readonly missing?: string | undefined;
}

/** zod's hook for messages: an unknown key's message carries the known ones, for {@link findingsOf} to look in. */
export const nameKnownKeys: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'unrecognized_keys') return undefined;
  const definition = issue.inst?._zod.def as { shape?: object } | undefined;
  return Object.keys(definition?.shape ?? {}).join(' ');
};

/** zod's issues as findings; `input` is what was parsed, to say what stands there. */
export function findingsOf(issues: readonly Issue[], input: unknown): Finding[] {
  return issues.flatMap((issue) => translate(issue, issue.path as Path, input));
}

function translate(issue: Issue, path: Path, input: unknown): Finding[] {
  const finding = (message: string, hint?: string): Finding[] => [{ path, message, hint, key: false }];
  const value = valueAt(input, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'unknown key',
        hint: didYouMean(key, issue.message.split(' ')),
        key: true,
      }));
    case 'invalid_key':
      return issue.issues.slice(0, 1).map(({ message }) => ({ path, message, hint: undefined, key: true }));
    case 'invalid_union':
      return translateUnion(issue, path, input);
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (value === undefined) return [missing(path)];
      const near = suggest(String(value), values);
      const hint = near === undefined ? undefined : `did you mean "${near}"?`;
      return finding(`must be ${oneOf(values)}, not ${show(value)}`, hint);
    }
    case 'invalid_type':
      if (value === undefined) return [missing(path)];
      if (issue.expected === 'never') return finding(issue.message);
      return finding(`must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${show(value)}`);
    case 'too_small':
      return finding(tooSmall(issue, value));
    case 'too_big':
      return finding(`must be at most ${issue.maximum}, not ${show(value)}`);
    case 'custom':
      return [{ path, message: issue.message, hint: undefined, key: false, ofWhole: true }];
    default:
      return finding(issue.message);
  }
}

function tooSmall(issue: z.core.$ZodIssueTooSmall, value: unknown): string {
  if (['array', 'string', 'set', 'map'].includes(issue.origin)) return 'must not be empty';
  return `must be at least ${issue.minimum}, not ${show(value)}`;
}

/** Of the alternatives only one usually has the form of what was written; what is wrong within that one is told. */
function translateUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, input: unknown): Finding[] {
  if (valueAt(input, path) === undefined) return [missing(path)];
  const meant = issue.errors.filter((branch) => !branch.some((error) => isWrongForm(error)));
  if (meant.length === 1) {
    return meant[0]!.flatMap((error) => translate(error, [...path, ...(error.path as Path)], input));
  }
  const message = issue.message === 'Invalid input' ? 'has a form that is not known here' : issue.message;
  return [{ path, message: `${message}, not ${show(valueAt(input, path))}`, hint: undefined, key: false }];
}

function isWrongForm(error: Issue): boolean {
  if (error.path.length > 0) return false;
  return (
    error.code === 'invalid_type' ||
    error.code === 'invalid_value' ||
    (error.code === 'invalid_union' && error.errors.every((e) => e.some(isWrongForm)))
  );
}

/** The place of something that is not there is what it is missing from. */
function missing(path: Path): Finding {
  const name = path.at(-1);
  return {
    path: path.slice(0, -1),
    message: `"${name}" is missing`,
    hint: undefined,
    key: true,
    missing: String(name),
  };
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A value in as many words as a message bears. */
function show(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
