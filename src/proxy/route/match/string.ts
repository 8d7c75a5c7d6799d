import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { byteString } from '../../format/bytes.ts';
import { lowerAscii } from '../../http/ascii.ts';
import { compileRegexMatcher, regexMatcherSupport } from '../../regex/matcher.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { routeError } from '../error.ts';

/** Says whether a text matches. */
export type TextMatch = (text: string) => boolean;

export function exactMatch(expected: string, ignoreCase = false): TextMatch {
  if (!ignoreCase) return (text) => text === expected;
  const lower = lowerAscii(expected);
  return (text) => text.length === lower.length && lowerAscii(text) === lower;
}

export function prefixMatch(prefix: string, ignoreCase = false): TextMatch {
  if (!ignoreCase) return (text) => text.startsWith(prefix);
  const lower = lowerAscii(prefix);
  return (text) => lowerAscii(text.slice(0, lower.length)) === lower;
}

/** Compiles envoy.type.matcher.v3.StringMatcher. */
export function compileStringMatcher(
  matcher: envoy.type.matcher.v3.StringMatcher,
  runtime?: Runtime,
): TextMatch {
  const ignoreCase = matcher.ignore_case ?? false;
  if (matcher.exact !== undefined) return exactMatch(byteString(matcher.exact), ignoreCase);
  if (matcher.prefix !== undefined) return prefixMatch(byteString(matcher.prefix), ignoreCase);
  if (matcher.suffix !== undefined) {
    const suffix = byteString(matcher.suffix);
    if (!ignoreCase) return (text) => text.endsWith(suffix);
    const lower = lowerAscii(suffix);
    return (text) =>
      text.length >= lower.length && lowerAscii(text.slice(text.length - lower.length)) === lower;
  }
  if (matcher.contains !== undefined) {
    const part = byteString(matcher.contains);
    if (!ignoreCase) return (text) => text.includes(part);
    const lower = lowerAscii(part);
    return (text) => lowerAscii(text).includes(lower);
  }
  if (ignoreCase) throw routeError('ignore_case has no effect for safe_regex.');
  const regex = compileRegexMatcher(matcher.safe_regex!, runtime);
  return (text) => regex.fullMatch(text);
}

export const stringMatcherSupport: SupportTable = {
  'envoy.type.matcher.v3.StringMatcher': fields(
    'exact',
    'prefix',
    'suffix',
    'contains',
    'safe_regex',
    'ignore_case',
  ),
  ...regexMatcherSupport,
};
