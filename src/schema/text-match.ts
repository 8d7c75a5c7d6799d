import * as z from 'zod';
import { scalar } from './fields.ts';

/** `/…/` with flags, as in JavaScript. */
const REGEX = /^\/(.+)\/([dgimsuvy]*)$/s;

export type RegexField = { readonly kind: 'regex'; readonly source: string; readonly flags: string };

/**
 * Reads `/source/flags`; undefined when the text has not that form.
 * @throws SyntaxError when it has, and the regular expression is wrong
 */
export function parseRegex(value: string): RegexField | undefined {
  const [, source, flags] = REGEX.exec(value) ?? [];
  if (source === undefined) return undefined;
  new RegExp(source, flags);
  return { kind: 'regex', source, flags: flags ?? '' };
}

/** Text, compared as `plain` says, or `/…/` for a regular expression. */
export function textMatch<K extends 'equals' | 'contains'>(plain: K) {
  return scalar.transform((value, context): { readonly kind: K; readonly text: string } | RegexField => {
    try {
      return parseRegex(value) ?? { kind: plain, text: value };
    } catch (error) {
      context.issues.push({ code: 'custom', message: (error as Error).message, input: value });
      return z.NEVER;
    }
  });
}
