/** A regular expression in RE2's syntax. Texts are byte strings. */
export interface Regex {
  /** Whether the whole text matches. */
  fullMatch(text: string): boolean;
  /** Replaces every match; `\1` in the substitution is a group, `\0` the match. */
  replaceAll(text: string, substitution: string): string;
}

/**
 * Compiles a pattern.
 *
 * @throws LabError in Envoy's words when RE2 would refuse it
 */
export function compileRegex(pattern: string): Regex {
  const full = new RegExp(`^(?:${pattern})$`, 's');
  const all = new RegExp(pattern, 'gs');
  return {
    fullMatch: (text) => full.test(text),
    replaceAll: (text, substitution) =>
      text.replace(all, (...groups) =>
        substitution.replace(/\\(\d|\\)/g, (_all, digit: string) =>
          digit === '\\' ? '\\' : String(groups[Number(digit)] ?? ''),
        ),
      ),
  };
}
