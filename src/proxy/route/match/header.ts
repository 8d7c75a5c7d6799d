import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { byteString } from '../../format/bytes.ts';
import type { RequestHeaders } from '../../http/headers.ts';
import { compileRegexMatcher } from '../../regex/matcher.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { compileStringMatcher, type TextMatch } from './string.ts';

export type HeaderMatch = (headers: RequestHeaders) => boolean;

/** Whether a value of a field of that name matches; undefined when there is no such field. */
function anyValue(headers: RequestHeaders, name: string, matches: TextMatch): boolean | undefined {
  const first = headers.lookup(name);
  if (first === undefined) return undefined;
  if (matches(first)) return true;
  const { names, values } = headers;
  for (let i = names.indexOf(name) + 1; i > 0 && i < names.length; i++)
    if (names[i] === name && matches(values[i]!)) return true;
  return false;
}

function valueMatch(
  matcher: envoy.config.route.v3.HeaderMatcher,
  runtime: Runtime | undefined,
): TextMatch | undefined {
  const { string_match: string, range_match: range } = matcher;
  if (string) return compileStringMatcher(string, runtime);
  if (range) {
    const { start = 0, end = 0 } = range;
    return (text) => /^[+-]?\d+$/.test(text) && Number(text) >= Number(start) && Number(text) < Number(end);
  }
  if (matcher.exact_match !== undefined) return compileStringMatcher({ exact: matcher.exact_match });
  if (matcher.safe_regex_match) {
    const regex = compileRegexMatcher(matcher.safe_regex_match, runtime);
    return (text) => regex.fullMatch(text);
  }
  if (matcher.prefix_match !== undefined) return compileStringMatcher({ prefix: matcher.prefix_match });
  if (matcher.suffix_match !== undefined) return compileStringMatcher({ suffix: matcher.suffix_match });
  if (matcher.contains_match !== undefined) return compileStringMatcher({ contains: matcher.contains_match });
  return undefined;
}

/** Compiles envoy.config.route.v3.HeaderMatcher; of repeated headers one value has to match. */
export function compileHeaderMatcher(
  matcher: envoy.config.route.v3.HeaderMatcher,
  runtime?: Runtime,
): HeaderMatch {
  const name = byteString(matcher.name).toLowerCase();
  const invert = matcher.invert_match ?? false;
  const emptyWhenMissing = matcher.treat_missing_header_as_empty ?? false;
  const matches = valueMatch(matcher, runtime);
  if (!matches) {
    const wanted = (matcher.present_match ?? true) !== invert;
    return (headers) => (headers.lookup(name) !== undefined || emptyWhenMissing) === wanted;
  }
  return (headers) => {
    const matched = anyValue(headers, name, matches);
    // A missing header matches neither a condition nor its inverse.
    if (matched === undefined) return emptyWhenMissing && matches('') !== invert;
    return matched !== invert;
  };
}

export const headerMatcherSupport: SupportTable = {
  'envoy.config.route.v3.HeaderMatcher': fields(
    'name',
    'exact_match',
    'safe_regex_match',
    'range_match',
    'present_match',
    'prefix_match',
    'suffix_match',
    'contains_match',
    'string_match',
    'invert_match',
    'treat_missing_header_as_empty',
  ),
  'envoy.type.v3.Int64Range': fields('start', 'end'),
};
