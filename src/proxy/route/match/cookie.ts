import type { envoy } from '../../../bootstrap/api.generated.ts';
import { byteString } from '../../format/bytes.ts';
import type { RequestHeaders } from '../../http/headers.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { compileStringMatcher } from './string.ts';

/** The first cookie of that name in the request's cookie fields; quotes around its value are dropped. */
export function cookieValue(headers: RequestHeaders, name: string): string | undefined {
  for (let i = 0; i < headers.names.length; i++) {
    if (headers.names[i] !== 'cookie') continue;
    for (const pair of headers.values[i]!.split(';')) {
      const equals = pair.indexOf('=');
      if (equals < 0 || pair.slice(0, equals).replace(/^ +/, '') !== name) continue;
      const value = pair.slice(equals + 1);
      return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
    }
  }
  return undefined;
}

/** Compiles envoy.config.route.v3.CookieMatcher: a missing cookie matches only an inverted condition. */
export function compileCookieMatcher(
  matcher: envoy.config.route.v3.CookieMatcher,
  runtime?: Runtime,
): (headers: RequestHeaders) => boolean {
  const name = byteString(matcher.name);
  const invert = matcher.invert_match ?? false;
  const matches = compileStringMatcher(matcher.string_match, runtime);
  return (headers) => {
    const value = cookieValue(headers, name);
    return (value !== undefined && matches(value)) !== invert;
  };
}
