import { suggest } from '../document/suggest.ts';
import { LabError } from '../error.ts';

/**
 * The checks that names mean, in the sandbox's order: the one of just that name, else those whose name contains it in
 * any case. All when no name is given.
 *
 * @throws LabError `usage` for a name that means none; its hint lists the checks
 */
export function chooseChecks<T extends { readonly name: string }>(
  checks: readonly T[],
  names: readonly string[],
): readonly T[] {
  if (names.length === 0) return checks;
  const chosen = new Set(names.flatMap((name) => meant(checks, name)));
  return checks.filter((check) => chosen.has(check));
}

function meant<T extends { readonly name: string }>(checks: readonly T[], name: string): readonly T[] {
  const exact = checks.filter((check) => check.name === name);
  if (exact.length > 0) return exact;
  const part = name.toLowerCase();
  const partial = part === '' ? [] : checks.filter((check) => check.name.toLowerCase().includes(part));
  if (partial.length > 0) return partial;
  const known = checks.map((check) => check.name);
  const near = suggest(name, known);
  throw new LabError('usage', `the sandbox has no check "${name}", and none whose name contains that`, {
    hint: near === undefined ? list(known) : `did you mean "${near}"?`,
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'it has none' : ['its checks:', ...names.map((name) => `  ${name}`)].join('\n');
}
