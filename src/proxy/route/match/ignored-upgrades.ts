import type { envoy } from '../../../bootstrap/api.generated.ts';
import { compileStringMatcher, type TextMatch } from './string.ts';

/** Reads `ignore_http_11_upgrade`: which values of `upgrade` are ignored; undefined where none is. */
export function readIgnoredUpgrades(
  options: envoy.config.core.v3.Http1ProtocolOptions | undefined,
): TextMatch | undefined {
  const matches = (options?.ignore_http_11_upgrade ?? []).map((matcher) => compileStringMatcher(matcher));
  return matches.length === 0 ? undefined : (value) => matches.some((match) => match(value));
}
