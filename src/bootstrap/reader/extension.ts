import { extensions, typesOfCategories } from '../schema/extension.ts';
import type { MessageSchema } from '../schema/schema.ts';
import type { Reading } from './reading.ts';
import { type Slot, slotOf } from './slot.ts';
import { typeOfNamed } from './unknown-field.ts';

/** Holders whose extension can be named without a config. */
const namedOnly: readonly string[] = ['envoy.config.cluster.v3.Cluster.CustomClusterType'];

/** Stands beside per-route configs of filters: it turns a filter off, or holds its config. */
const filterConfig = 'envoy.config.route.v3.FilterConfig';

/** Whether an extension of this type may stand in the slot; reports when it may not. */
export function checkCategory(reading: Reading, type: string, { categories }: Slot): boolean {
  const types = typesOfCategories(categories);
  // Envoy does not say which types some categories take.
  if (types.length === 0 || types.includes(type)) return true;
  if (type === filterConfig && categories.includes('envoy.filters.http')) return true;
  const own = extensions().find((extension) => extension.types.includes(type));
  reading.report(`${type} is not one of ${categories.join(', ')}`, {
    hint: own === undefined ? 'it configures no extension' : `it is one of ${own.category}`,
  });
  return false;
}

/** An extension that is named but not configured: Envoy finds extensions by the type of their config alone. */
export function checkHolder(
  reading: Reading,
  schema: MessageSchema,
  raw: Record<string, unknown>,
  slot: Slot,
): void {
  const config = schema.fields.get('typed_config');
  if (config === undefined || config.type.kind !== 'any' || config.rules !== undefined) return;
  if (namedOnly.includes(schema.name)) return;
  const { categories } = slotOf(schema, config, slot, raw);
  if (categories.length === 0 || typesOfCategories(categories).length === 0) return;
  const alternatives = [...schema.fields.values()].filter(
    (field) => field === config || (field.oneof !== undefined && field.oneof === config.oneof),
  );
  const written = Object.keys(raw).filter((key) => raw[key] !== null);
  const given = (name: string): boolean =>
    written.some((key) => key.replaceAll('_', '').toLowerCase() === name);
  if (alternatives.some((field) => given(field.name.replaceAll('_', '')))) return;
  // A v2 config has been reported already.
  if (given('config')) return;
  reading.report('is required', {
    below: 'typed_config',
    hint: `such as { "@type": ${typeOfNamed(raw.name, categories)} }`,
  });
}
