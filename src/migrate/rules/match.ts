import { EditMap, type EditNode, newMap } from '../../document/edit/node.ts';
import type { Migration } from '../migration.ts';
import type { Rule } from '../rule.ts';
import { isTrue, textOf } from '../typed.ts';

/** A pattern of ECMAScript, as v2 had them, as one of RE2. */
export function regexOf(pattern: EditNode, migration: Migration): EditMap {
  if (/\(\?[=!<]|\\[1-9]/.test(textOf(pattern) ?? ''))
    migration.lose('the pattern has no v3 form: RE2 neither looks around nor refers back', pattern);
  return newMap({ regex: pattern });
}

const header = 'envoy.config.route.v3.HeaderMatcher';

/** How a header's matchers are named in a matcher of text. */
const inStringMatch: Readonly<Record<string, string>> = {
  exact_match: 'exact',
  prefix_match: 'prefix',
  suffix_match: 'suffix',
  contains_match: 'contains',
  safe_regex_match: 'safe_regex',
};

const headerMatch: Rule = {
  of: header,
  apply(matcher, migration) {
    const pattern = matcher.get('regex_match');
    if (pattern !== undefined)
      matcher.replace('regex_match', 'string_match', newMap({ safe_regex: regexOf(pattern, migration) }));
    oldValue(matcher, migration);
    for (const [name, kind] of Object.entries(inStringMatch)) {
      const value = matcher.get(name);
      if (value !== undefined && !matcher.has('string_match'))
        matcher.replace(name, 'string_match', newMap({ [kind]: value }));
    }
  },
};

/** `value` with `regex: true` was a pattern, without it the text itself. */
function oldValue(matcher: EditMap, migration: Migration): void {
  const isPattern = isTrue(matcher.drop('regex')?.value);
  const value = matcher.get('value');
  if (value === undefined || matcher.has('string_match')) return;
  const match = newMap(isPattern ? { safe_regex: regexOf(value, migration) } : { exact: value });
  matcher.replace('value', 'string_match', match);
}

const queryParameter: Rule = {
  of: 'envoy.config.route.v3.QueryParameterMatcher',
  apply(matcher, migration) {
    oldValue(matcher, migration);
  },
};

const stringMatcher: Rule = {
  of: 'envoy.type.matcher.v3.StringMatcher',
  apply(matcher, migration) {
    const pattern = matcher.get('regex');
    if (pattern !== undefined) matcher.replace('regex', 'safe_regex', regexOf(pattern, migration));
  },
};

/** RE2 is the only engine there is, and needs no word. */
const engine: Rule = {
  of: 'envoy.type.matcher.v3.RegexMatcher',
  apply(matcher) {
    const re2 = matcher.get('google_re2');
    if (re2 instanceof EditMap ? re2.pairs.length === 0 : re2 !== undefined) matcher.drop('google_re2');
  },
};

export const matchRules: readonly Rule[] = [headerMatch, queryParameter, stringMatcher, engine];
