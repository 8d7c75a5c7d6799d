import { type Slot, slotOf } from '../bootstrap/reader/slot.ts';
import { apiVersion } from '../bootstrap/schema/schema.generated.ts';
import { type MessageSchema, messageSchema, successorOfV2 } from '../bootstrap/schema/schema.ts';
import { EditMap, type EditNode, type EditScalar } from '../document/edit/node.ts';
import { findExtension, goneExtensions } from './extensions.ts';
import type { Migration } from './migration.ts';
import { asMap, isAdopted, isEmpty, textOf, typedConfig, typeUrl } from './typed.ts';

/** Migrates the content of an Any as a message of its v3 type. */
export type MigrateMessage = (migration: Migration, map: EditMap, type: string) => void;

/** v2 messages whose place in v3 the API does not name. */
const otherSuccessors: Readonly<Record<string, string>> = {
  'envoy.config.filter.http.ext_authz.v2.ExtAuthz': 'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz',
  'envoy.config.filter.http.ext_authz.v2alpha.ExtAuthz':
    'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz',
};

const struct = 'google.protobuf.Struct';
const typedStructs = ['udpa.type.v1.TypedStruct', 'xds.type.v3.TypedStruct'];
const envoy = `Envoy ${apiVersion.replace(/^v/, '').replace(/\.\d+$/, '')}`;

/** The v3 name of a message, whichever name it has; undefined when Envoy has no such message any more. */
export function v3NameOf(type: string): string | undefined {
  return messageSchema(type) === undefined ? (otherSuccessors[type] ?? successorOfV2(type)) : type;
}

/** An Any: its `@type`, and what is in it. */
export function migrateAny(
  migration: Migration,
  node: EditNode,
  slot: Slot,
  migrateMessage: MigrateMessage,
): void {
  if (!(node instanceof EditMap)) return;
  const url = node.get('@type');
  if (url?.kind !== 'scalar') return;
  const name = url.text.slice(url.text.lastIndexOf('/') + 1);
  if (name === struct) migrateStruct(migration, node, slot, migrateMessage);
  else if (typedStructs.includes(name)) migrateTypedStruct(migration, node, migrateMessage);
  else migrateTyped(migration, node, url, name, migrateMessage);
}

function migrateTyped(
  migration: Migration,
  node: EditMap,
  url: EditScalar,
  name: string,
  migrateMessage: MigrateMessage,
): void {
  const type = v3NameOf(name);
  if (type === undefined) {
    if (name.startsWith('envoy.'))
      migration.lose(`${name} has no v3 form: ${envoy} has no such message`, url);
    return;
  }
  if (type !== name) url.text = `${url.text.slice(0, -name.length)}${type}`;
  migration.as(type !== name || isAdopted(node), () => migrateMessage(migration, node, type));
}

/** A Struct in the place of a message is what `config` was. */
function migrateStruct(
  migration: Migration,
  node: EditMap,
  slot: Slot,
  migrateMessage: MigrateMessage,
): void {
  const known = slot.name === undefined ? undefined : findExtension(slot.name, slot.categories);
  if (known === undefined) return;
  const config = asMap(node.get('value'));
  node.pairs = config.pairs;
  typedConfig(known.type, node);
  migration.as(true, () => migrateMessage(migration, node, known.type));
}

/** A TypedStruct has its type and its fields one level down. */
function migrateTypedStruct(migration: Migration, node: EditMap, migrateMessage: MigrateMessage): void {
  const url = node.get('type_url') ?? node.get('typeUrl');
  const value = node.get('value');
  if (url?.kind !== 'scalar' || !(value instanceof EditMap)) return;
  const name = url.text.slice(url.text.lastIndexOf('/') + 1);
  const type = v3NameOf(name);
  if (type === undefined) return;
  url.text = `${typeUrl}${type}`;
  migration.below('value', value, () =>
    migration.as(type !== name, () => migrateMessage(migration, value, type)),
  );
}

/** A transport socket whose side its place does not tell (among several, inside of another) has that of its listener or cluster. */
function categoriesOf(
  migration: Migration,
  { name }: MessageSchema,
  { categories }: Slot,
): readonly string[] {
  if (categories.length > 0 || name !== 'envoy.config.core.v3.TransportSocket') return categories;
  const inListener = migration.enclosing('envoy.config.listener.v3.FilterChain') !== undefined;
  return [`envoy.transport_sockets.${inListener ? 'downstream' : 'upstream'}`];
}

/**
 * An extension: `config` becomes `typed_config` with the type its name asks for, and so does a name that stands alone;
 * an old name becomes the one of today.
 */
export function migrateHolder(migration: Migration, map: EditMap, schema: MessageSchema, slot: Slot): void {
  const field = schema.fields.get('typed_config');
  if (field?.type.kind !== 'any') return;
  const name = map.get('name') ?? map.get('provider_name');
  const categories = categoriesOf(migration, schema, slotOf(schema, field, slot, {}));
  const called = textOf(name);
  const known = called === undefined ? undefined : findExtension(called, categories);
  const config = map.pair('config');
  if (config !== undefined) migration.foundV2 = true;
  if (known === undefined) {
    if (called !== undefined && Object.hasOwn(goneExtensions, called)) {
      migration.lose(`${called} has no v3 form: ${goneExtensions[called]}`, name);
    } else if (config !== undefined) {
      const what = called === undefined ? 'a config without a name' : called;
      migration.lose(
        `the config of ${what} has no v3 form: ${envoy} has no such extension`,
        config.key,
        'config',
      );
    }
    return;
  }
  const typed = map.get('typed_config');
  if (config !== undefined) map.replace('config', 'typed_config', typedConfig(known.type, config.value));
  else if (typed !== undefined && isEmpty(typed)) {
    // Without a type, it was that of the name.
    if (typed.kind === 'map') migration.foundV2 = true;
    map.set('typed_config', typedConfig(known.type, typed));
  } else if (!map.has('typed_config') && !map.has('config_discovery'))
    map.set('typed_config', typedConfig(known.type));
  if (name?.kind === 'scalar') name.text = known.name;
}
