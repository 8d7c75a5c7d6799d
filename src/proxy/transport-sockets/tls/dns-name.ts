/**
 * Whether a name of a certificate, which may have a wildcard in its first label, is that of `host`
 * (Envoy's Utility::dnsNameMatch).
 */
export function dnsNameMatches(host: string, pattern: string): boolean {
  const name = host.toLowerCase();
  const wanted = pattern.toLowerCase();
  if (name === wanted) return true;
  const [label, rest] = split(name);
  const [patternLabel, patternRest] = split(wanted);
  if (rest === undefined || rest !== patternRest || patternRest.includes('*')) return false;
  const parts = patternLabel.split('*');
  if (parts.length !== 2 || patternLabel.startsWith('xn--')) return false;
  return patternLabel.length <= label.length + 1 && label.startsWith(parts[0]!) && label.endsWith(parts[1]!);
}

function split(name: string): [label: string, rest: string | undefined] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}
