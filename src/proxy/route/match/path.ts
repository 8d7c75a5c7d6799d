import type { envoy } from '../../../bootstrap/api.generated.ts';
import { byteString } from '../../format/bytes.ts';
import { compileRegexMatcher } from '../../regex/matcher.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { exactMatch, prefixMatch } from './string.ts';

/** The path's part before a query or fragment. */
export function pathOnly(path: string): string {
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c === 0x3f || c === 0x23) return path.slice(0, i);
  }
  return path;
}

/** How a route matches paths, and which part of the path that was. */
export interface PathMatch {
  /** `path` comes without query and fragment. */
  matches(path: string): boolean;
  /** Of an indexable match: the whole path, or what a matching path begins with. */
  readonly key: { readonly text: string; readonly whole: boolean } | undefined;
  /** How many characters of a matching path the match is about: what `prefix_rewrite` replaces. */
  matchedLength(path: string): number;
}

/** Compiles the path specifier of a RouteMatch; exactly one is set. */
export function compilePathMatch(match: envoy.config.route.v3.RouteMatch, runtime?: Runtime): PathMatch {
  const ignoreCase = match.case_sensitive === false;
  if (match.prefix !== undefined) {
    const prefix = byteString(match.prefix);
    return {
      matches: prefixMatch(prefix, ignoreCase),
      matchedLength: () => prefix.length,
      key: ignoreCase ? undefined : { text: prefix, whole: false },
    };
  }
  if (match.path !== undefined) {
    const path = byteString(match.path);
    return {
      matches: exactMatch(path, ignoreCase),
      matchedLength: () => path.length,
      key: ignoreCase ? undefined : { text: path, whole: true },
    };
  }
  if (match.path_separated_prefix !== undefined) {
    const prefix = byteString(match.path_separated_prefix);
    const starts = prefixMatch(prefix, ignoreCase);
    return {
      matches: (path) => (path.length === prefix.length || path[prefix.length] === '/') && starts(path),
      matchedLength: () => prefix.length,
      key: ignoreCase ? undefined : { text: prefix, whole: false },
    };
  }
  if (match.connect_matcher)
    return { matches: () => true, matchedLength: (path) => path.length, key: undefined };
  const regex = compileRegexMatcher(match.safe_regex!, runtime);
  return {
    matches: (path) => regex.fullMatch(path),
    matchedLength: (path) => pathOnly(path).length,
    key: undefined,
  };
}
