import type { Rules } from '../schema/schema.ts';
import { lengthViolations } from './number.ts';

/** What `well_known_regex` names, in protoc-gen-validate's words; the loose forms only keep lines whole. */
const headerName = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/;
const headerValue = /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/;
const oneLine = /^[^\u0000\u000A\u000D]*$/;

const patterns = new Map<string, RegExp>();

/** Rules of text. Lengths count code points unless they are of bytes. */
export function stringViolations(rules: Rules, value: string): string[] {
  if (rules.ignore_empty === true && value === '') return [];
  const found = lengthViolations([...value].length, rules.min_len, rules.max_len, 'character', 'characters');
  found.push(
    ...lengthViolations(Buffer.byteLength(value), rules.min_bytes, rules.max_bytes, 'byte', 'bytes'),
  );
  const { pattern, prefix, suffix, well_known_regex: known } = rules as Record<string, string | undefined>;
  if (pattern !== undefined && !compiled(pattern).test(value)) found.push(`must match ${pattern}`);
  if (prefix !== undefined && !value.startsWith(prefix)) found.push(`must start with "${prefix}"`);
  if (suffix !== undefined && !value.endsWith(suffix)) found.push(`must end with "${suffix}"`);
  if (known !== undefined) {
    const strict = rules.strict !== false;
    const expected = !strict ? oneLine : known === 'HTTP_HEADER_NAME' ? headerName : headerValue;
    const what = known === 'HTTP_HEADER_NAME' ? "a header's name" : "a header's value";
    if (!expected.test(value)) {
      found.push(strict ? `must be ${what}` : `must be ${what}: no NUL, CR or LF`);
    }
  }
  const allowed = rules.in as string[] | undefined;
  if (allowed !== undefined && !allowed.includes(value)) found.push(`must be one of ${allowed.join(', ')}`);
  if ((rules.not_in as string[] | undefined)?.includes(value)) found.push(`must not be "${value}"`);
  return found;
}

function compiled(pattern: string): RegExp {
  let regex = patterns.get(pattern);
  if (regex === undefined) {
    regex = new RegExp(pattern, 'u');
    patterns.set(pattern, regex);
  }
  return regex;
}
