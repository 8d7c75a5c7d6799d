/**
 * A name as Envoy lets it into a stat's name: no dots at its ends, and `://`, `:/`, `:` and NUL become `_`
 * (source/common/stats/utility.cc).
 */
export function sanitizeStatName(name: string): string {
  return name
    .replace(/\.$/, '')
    .replace(/^\./, '')
    .replaceAll(/:\/\/|:\/|:|\0/g, '_');
}
