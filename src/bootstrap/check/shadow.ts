import type { envoy } from '../api.generated.ts';

type RouteMatch = envoy.config.route.v3.RouteMatch;

/** What a match may have and still take every request with a fitting path. */
const pathOnly: readonly string[] = [
  'prefix',
  'path',
  'path_separated_prefix',
  'safe_regex',
  'case_sensitive',
];

/**
 * Whether every request that `later` matches is one that `earlier` matches. Only what can be told from prefixes and
 * paths is: a false says nothing.
 */
export function covers(earlier: RouteMatch, later: RouteMatch): boolean {
  if (Object.keys(earlier).some((key) => !pathOnly.includes(key))) return false;
  const fold = earlier.case_sensitive === false;
  // What a case-insensitive match takes is more than a case-sensitive one covers, but for the path /.
  if (!fold && later.case_sensitive === false && earlier.prefix !== '/') return false;
  const text = (value: string): string => (fold ? value.toLowerCase() : value);

  if (earlier.safe_regex !== undefined) {
    return later.safe_regex !== undefined && earlier.safe_regex.regex === later.safe_regex.regex;
  }
  if (earlier.path !== undefined) {
    return later.path !== undefined && text(later.path) === text(earlier.path);
  }
  if (earlier.path_separated_prefix !== undefined) {
    const prefix = text(earlier.path_separated_prefix);
    const below = later.path_separated_prefix ?? later.path;
    if (below === undefined) return later.prefix !== undefined && text(later.prefix).startsWith(`${prefix}/`);
    return text(below) === prefix || text(below).startsWith(`${prefix}/`);
  }
  if (earlier.prefix === undefined) return false;
  // Paths start with /, whatever a regular expression or a template says.
  if (earlier.prefix === '' || earlier.prefix === '/') return later.connect_matcher === undefined;
  const below = later.prefix ?? later.path ?? later.path_separated_prefix;
  return below !== undefined && text(below).startsWith(text(earlier.prefix));
}
