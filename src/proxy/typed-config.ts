import { LabError } from '../error.ts';

/** An Any as the config reader leaves it. */
export interface TypedConfig {
  readonly '@type': string;
  readonly [field: string]: unknown;
}

/** The message name of an Any: `envoy.extensions.filters.http.router.v3.Router`. */
export function messageName(config: TypedConfig | undefined): string {
  const url = config?.['@type'] ?? '';
  return url.slice(url.lastIndexOf('/') + 1);
}

/**
 * Finds the extension an Any is for, by the type of its config as Envoy does.
 *
 * @throws LabError when none of `known` takes it
 */
export function findExtension<E extends { readonly name: string; readonly type: string }>(
  known: readonly E[],
  name: string,
  config: TypedConfig | undefined,
): E {
  const type = messageName(config);
  const found = known.find((extension) => extension.type === type);
  if (found !== undefined) return found;
  throw new LabError(
    'invalid',
    `Didn't find a registered implementation for '${name}' with type URL: '${type}'`,
    { hint: `known: ${known.map((extension) => extension.name).join(', ')}` },
  );
}
