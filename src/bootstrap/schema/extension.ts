import { extensionsText } from './extensions.generated.ts';
import { lowerBound } from './lines.ts';

/** An extension that Envoy registers. */
export interface Extension {
  readonly category: string;
  /** `envoy.filters.http.router`; an older name of it is a row of its own without types. */
  readonly name: string;
  /** Full names of the messages that configure it; first comes no particular one. */
  readonly types: readonly string[];
}

let index: readonly string[] | undefined;

/** A line each, sorted by category. */
function lines(): readonly string[] {
  index ??= extensionsText.split('\n');
  return index;
}

function readLine(line: string): Extension {
  const [category = '', name = '', types = ''] = line.split('\t');
  return { category, name, types: types === '' ? [] : types.split(' ') };
}

/** The extensions of one category. */
export function extensionsOf(category: string): readonly Extension[] {
  const found: Extension[] = [];
  const prefix = `${category}\t`;
  for (let i = lowerBound(lines(), prefix); lines()[i]?.startsWith(prefix); i++)
    found.push(readLine(lines()[i]!));
  return found;
}

/** All extensions of the Envoy that this release is checked against. */
export function extensions(): readonly Extension[] {
  return lines().map(readLine);
}

/**
 * Whether a type may configure an extension of one of the categories; undefined when Envoy does not say which types
 * they take. Looks at the text alone, as every extension in a config asks.
 */
export function categoriesTake(categories: readonly string[], type: string): boolean | undefined {
  let typed = false;
  for (const category of categories) {
    const prefix = `${category}\t`;
    for (let i = lowerBound(lines(), prefix); lines()[i]?.startsWith(prefix); i++) {
      const line = lines()[i]!;
      const types = line.indexOf('\t', prefix.length);
      if (types < 0) continue;
      typed = true;
      const at = line.indexOf(type, types);
      const end = at + type.length;
      if (at > 0 && (end === line.length || line[end] === ' ') && /[\t ]/.test(line[at - 1]!)) return true;
    }
  }
  return typed ? false : undefined;
}

/**
 * The extension a name means, in one of the categories if any are given. An older name (`envoy.router`,
 * `envoy.http_connection_manager`) finds the one that has it as its last part.
 */
export function extensionByName(name: string, categories: readonly string[]): Extension | undefined {
  const last = name.split('.').at(-1)!;
  const candidates = (categories.length === 0 ? extensions() : categories.flatMap(extensionsOf)).filter(
    (extension) => extension.types.length > 0,
  );
  return (
    candidates.find((extension) => extension.name === name) ??
    candidates.find((extension) => extension.name.endsWith(`.${last}`))
  );
}
