import type { envoy } from '../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../bootstrap/support.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { compileRegex, type Regex } from './regex.ts';

/** Envoy's limit unless the runtime or the matcher says otherwise. */
const maxProgramSize = 100;

/**
 * Compiles envoy.type.matcher.v3.RegexMatcher. Patterns that RE2 makes more than 100 instructions of are refused;
 * the runtime key `re2.max_program_size.error_level` and the matcher's `max_program_size` move the limit.
 *
 * @throws LabError in Envoy's words
 */
export function compileRegexMatcher(
  matcher: envoy.type.matcher.v3.RegexMatcher,
  runtime: Runtime | undefined,
): Regex {
  const own = matcher.google_re2?.max_program_size;
  if (own !== undefined) return compileRegex(matcher.regex, { instructions: own, reason: '' });
  return compileRegex(matcher.regex, {
    instructions: runtime?.integer('re2.max_program_size.error_level', maxProgramSize) ?? maxProgramSize,
    reason: ' set for the error level threshold',
  });
}

export const regexMatcherSupport: SupportTable = {
  'envoy.type.matcher.v3.RegexMatcher': fields('regex', 'google_re2'),
  'envoy.type.matcher.v3.RegexMatcher.GoogleRE2': fields('max_program_size'),
  'envoy.type.matcher.v3.RegexMatchAndSubstitute': fields('pattern', 'substitution'),
};
