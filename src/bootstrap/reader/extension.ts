import { didYouMean } from '../../document/suggest.ts';
import { categoriesTake, extensions, extensionsOf } from '../schema/extension.ts';
import type { FieldSchema, MessageSchema } from '../schema/schema.ts';
import type { Reading } from './reading.ts';
import { type Slot, slotOf } from './slot.ts';
import { typeOfNamed } from './unknown-field.ts';

/** Holders whose extension can be named without a config. */
const namedOnly: readonly string[] = [
  'envoy.config.cluster.v3.Cluster.CustomClusterType',
  'envoy.extensions.filters.http.cache.v3.CacheConfig',
  'envoy.extensions.filters.http.cache_v2.v3.CacheV2Config',
  'envoy.extensions.filters.network.http_connection_manager.v3.RequestIDExtension',
];

/** Stands beside per-route configs of filters: it turns a filter off, or holds its config. */
const filterConfig = 'envoy.config.route.v3.FilterConfig';

/** Whether an extension of this type may stand in the slot; reports when it may not. */
export function checkCategory(reading: Reading, type: string, { categories, optional }: Slot): boolean {
  if (optional) return true;
  // What a matcher takes depends on where it stands.
  if (categories.length === 0 || categories[0]!.startsWith('envoy.matching.')) return true;
  if (categoriesTake(categories, type) !== false) return true;
  if (type === filterConfig && categories.includes('envoy.filters.http')) return true;
  const own = extensions().find((extension) => extension.types.includes(type));
  // Envoy does not list all: of two registries with one category's name only one shows.
  if (own === undefined && type.startsWith('envoy.extensions.')) return true;
  reading.report(`${type} is not one of ${categories.join(', ')}`, {
    hint: own === undefined ? 'it configures no extension' : `it is one of ${own.category}`,
  });
  return false;
}

/** Extensions that Envoy finds by name, in a map of their configs: the keys are those names. */
export function checkNames(reading: Reading, schema: MessageSchema, field: FieldSchema, map: object): void {
  if (schema.name !== 'envoy.config.cluster.v3.Cluster' || field.name !== 'typed_extension_protocol_options')
    return;
  const known = ['envoy.upstream_options', 'envoy.filters.network', 'envoy.filters.http'].flatMap(
    extensionsOf,
  );
  for (const key of Object.keys(map)) {
    if (known.some(({ name }) => name === key)) continue;
    const message = `Didn't find a registered network or http filter or protocol options implementation for name: '${key}'`;
    const hint = didYouMean(
      key,
      known.map(({ name }) => name),
    );
    reading.within(key, () => reading.report(message, { atKey: true, hint }));
  }
}

/**
 * An extension that is named but not configured: Envoy finds extensions by the type of their config alone.
 *
 * @param given the fields that are set
 */
export function checkHolder(
  reading: Reading,
  schema: MessageSchema,
  raw: Record<string, unknown>,
  slot: Slot,
  given: ReadonlyMap<string, unknown>,
): void {
  const config = schema.fields.get('typed_config');
  if (config === undefined || given.has('typed_config')) return;
  if (config.type.kind !== 'any' || config.rules !== undefined || namedOnly.includes(schema.name)) return;
  for (const name of given.keys()) {
    const { oneof } = schema.fields.get(name)!;
    if (oneof !== undefined && oneof === config.oneof) return;
  }
  // A v2 config has been reported already.
  if ('config' in raw) return;
  const { categories, optional } = slotOf(schema, config, slot, raw);
  if (optional || categories.length === 0 || categoriesTake(categories, '?') === undefined) return;
  reading.report('is required', {
    below: 'typed_config',
    hint: `such as { "@type": ${typeOfNamed(raw.name, categories)} }`,
  });
}
