import { noSlot, type Slot, slotOf } from '../bootstrap/reader/slot.ts';
import {
  type FieldSchema,
  type FieldType,
  type MessageSchema,
  messageSchema,
} from '../bootstrap/schema/schema.ts';
import { EditMap, type EditNode, isIgnored, itemsOf } from '../document/edit/node.ts';
import { migrateAny, migrateHolder } from './any.ts';
import { migrateEnum } from './enums.ts';
import type { Migration } from './migration.ts';
import { rulesOf } from './rules.ts';
import { textOf } from './typed.ts';
import { migrateVersions } from './versions.ts';

/**
 * Makes a v2 message the v3 message of this type, in place, with all that is below it. What it does not know stays as
 * it is: whoever checks the result names it.
 *
 * @param slot where the message stands, if that is a place for an extension
 */
export function migrateMessage(migration: Migration, map: EditMap, type: string, slot: Slot = noSlot): void {
  const schema = messageSchema(type);
  if (schema === undefined) return;
  for (const pair of map.pairs) if (!isIgnored(pair)) pair.key.text = snakeCase(pair.key.text);
  const unknown = unknownKeys(map, schema);
  migration.within.push({ type, map });
  for (const rule of rulesOf(type)) rule.apply(map, migration);
  migrateHolder(migration, map, schema, slot);
  const left = unknownKeys(map, schema);
  if (unknown.some((key) => !left.includes(key) || schema.reserved.includes(key))) migration.foundV2 = true;
  for (const pair of [...map.pairs]) {
    const field = isIgnored(pair) ? undefined : schema.fields.get(pair.key.text);
    if (field === undefined) continue;
    const named = { name: textOf(map.get('name')) };
    migration.below(field.name, pair.value, () =>
      migrateField(migration, field, pair.value, slotOf(schema, field, slot, named)),
    );
  }
  migrateVersions(migration, map, schema);
  migration.within.pop();
}

/** `lbPolicy` as `lb_policy`: the API's names have no capitals. */
function snakeCase(key: string): string {
  return /^[a-z][A-Za-z\d]*$/.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key;
}

function unknownKeys(map: EditMap, schema: MessageSchema): string[] {
  return map.pairs
    .filter((pair) => !isIgnored(pair))
    .map(({ key }) => key.text)
    .filter((key) => key !== '@type' && !schema.fields.has(key));
}

function migrateField(migration: Migration, field: FieldSchema, value: EditNode, slot: Slot): void {
  if (field.mapKey !== undefined) {
    if (!(value instanceof EditMap)) return;
    for (const pair of value.pairs) {
      const { text } = pair.key;
      migration.below(text, pair.value, () =>
        migrateSingle(migration, field.type, pair.value, { ...slot, name: text }),
      );
    }
    return;
  }
  if (!field.repeated) {
    migrateSingle(migration, field.type, value, slot);
    return;
  }
  itemsOf(value).forEach((item, i) => {
    migration.below(i, item, () => migrateSingle(migration, field.type, item, slot));
  });
}

function migrateSingle(migration: Migration, type: FieldType, value: EditNode, slot: Slot): void {
  if (type.kind === 'enum') migrateEnum(value, type.name);
  else if (type.kind === 'any') migrateAny(migration, value, slot, migrateMessage);
  else if (type.kind === 'message' && value instanceof EditMap)
    migrateMessage(migration, value, type.name, slot);
}
