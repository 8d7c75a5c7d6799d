import { extensionsText } from './extensions.generated.ts';

/** An extension that Envoy registers. */
export interface Extension {
  readonly category: string;
  /** `envoy.filters.http.router`; an older name of it is a row of its own without types. */
  readonly name: string;
  /** Full names of the messages that configure it; first comes no particular one. */
  readonly types: readonly string[];
}

let all: readonly Extension[] | undefined;

/** All extensions of the Envoy that this release is checked against. */
export function extensions(): readonly Extension[] {
  all ??= extensionsText.split('\n').map((line): Extension => {
    const [category = '', name = '', types = ''] = line.split('\t');
    return { category, name, types: types === '' ? [] : types.split(' ') };
  });
  return all;
}

/** The types that may configure an extension of one of the categories. */
export function typesOfCategories(categories: readonly string[]): readonly string[] {
  return extensions()
    .filter((extension) => categories.includes(extension.category))
    .flatMap((extension) => extension.types);
}

/**
 * The extension a name means, in one of the categories if any are given. An older name (`envoy.router`,
 * `envoy.http_connection_manager`) finds the one that has it as its last part.
 */
export function extensionByName(name: string, categories: readonly string[]): Extension | undefined {
  const last = name.split('.').at(-1)!;
  const candidates = extensions().filter(
    (extension) =>
      extension.types.length > 0 && (categories.length === 0 || categories.includes(extension.category)),
  );
  return (
    candidates.find((extension) => extension.name === name) ??
    candidates.find((extension) => extension.name.endsWith(`.${last}`))
  );
}
