import type { envoy } from '../../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../../bootstrap/support.ts';
import { byteString } from '../../format/bytes.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { compileStringMatcher } from './string.ts';

/** The first value of a query parameter as it stands in the path (not decoded), or undefined. */
export function queryParameter(path: string, name: string): string | undefined {
  let at = path.indexOf('?');
  if (at < 0) return undefined;
  const fragment = path.indexOf('#', at);
  const end = fragment < 0 ? path.length : fragment;
  while (at < end) {
    const start = at + 1;
    let stop = path.indexOf('&', start);
    if (stop < 0 || stop > end) stop = end;
    const equals = path.indexOf('=', start);
    const nameEnd = equals < 0 || equals > stop ? stop : equals;
    if (nameEnd - start === name.length && path.startsWith(name, start))
      return nameEnd === stop ? '' : path.slice(nameEnd + 1, stop);
    at = stop;
  }
  return undefined;
}

/** Compiles envoy.config.route.v3.QueryParameterMatcher into a test of the path. */
export function compileQueryMatcher(
  matcher: envoy.config.route.v3.QueryParameterMatcher,
  runtime?: Runtime,
): (path: string) => boolean {
  const name = byteString(matcher.name);
  if (matcher.string_match) {
    const matches = compileStringMatcher(matcher.string_match, runtime);
    return (path) => {
      const value = queryParameter(path, name);
      return value !== undefined && matches(value);
    };
  }
  const wanted = matcher.present_match ?? true;
  return (path) => (queryParameter(path, name) !== undefined) === wanted;
}

export const queryMatcherSupport: SupportTable = {
  'envoy.config.route.v3.QueryParameterMatcher': fields('name', 'string_match', 'present_match'),
};
