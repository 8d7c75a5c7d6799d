import type { envoy } from '../../../bootstrap/api.generated.ts';
import { byteString } from '../../format/bytes.ts';
import type { FormatContext } from '../../format/context.ts';
import { compileRegexMatcher } from '../../regex/matcher.ts';
import type { RouteContext } from '../context.ts';
import { routeError } from '../error.ts';
import { type PathMatch, pathOnly } from '../match/path.ts';
import { compileNamed } from './rewrite-format.ts';

/** The path a matched request goes on with, its query kept; undefined: it stays as it is. */
export type PathRewrite = (path: string, context: FormatContext) => string | undefined;

type Rewrites = Pick<envoy.config.route.v3.RouteAction, 'prefix_rewrite' | 'regex_rewrite' | 'path_rewrite'>;

/**
 * Compiles `prefix_rewrite`, `regex_rewrite` or `path_rewrite` of a route or redirect; undefined when the path
 * stays.
 */
export function compilePathRewrite(
  config: Rewrites,
  match: PathMatch,
  { environment, runtime }: RouteContext,
): PathRewrite | undefined {
  const { prefix_rewrite: prefix, regex_rewrite: regex, path_rewrite: format } = config;
  if ([prefix, regex, format].filter(Boolean).length > 1)
    throw routeError('Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy');
  if (prefix) {
    const replacement = byteString(prefix);
    return (path) => replacement + path.slice(match.matchedLength(path));
  }
  if (regex) {
    const compiled = compileRegexMatcher(regex.pattern, runtime);
    const substitution = byteString(regex.substitution ?? '');
    return (path) => {
      const plain = pathOnly(path);
      return compiled.replaceAll(plain, substitution) + path.slice(plain.length);
    };
  }
  if (format) {
    const print = compileNamed('path rewrite', format, environment, true);
    return (path, context) => {
      const rewritten = print(context);
      return rewritten === '' ? undefined : rewritten + path.slice(pathOnly(path).length);
    };
  }
  return undefined;
}
