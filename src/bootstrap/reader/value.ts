import type { FieldSchema, FieldType } from '../schema/schema.ts';
import { readAny } from './any.ts';
import { readMessage } from './message.ts';
import { isValue, type Reading } from './reading.ts';
import { readEnum, readScalar, wrong } from './scalar.ts';
import type { Slot } from './slot.ts';
import { readDuration, readTimestamp } from './time.ts';

/** A field's value, Nothing or Dropped when there is none. `slot`: where it stands, if that is an extension's. */
export function readField(reading: Reading, field: FieldSchema, raw: unknown, slot: Slot): unknown {
  if (field.mapKey !== undefined) return readMap(reading, field, raw, slot);
  if (!field.repeated) return readSingle(reading, field.type, raw, slot);
  const list: unknown[] = [];
  readItems(reading, field, raw, slot, list);
  return list;
}

/** One value in place of a list is a list of it, and lists in lists are one list: so protobuf's legacy mode. */
function readItems(reading: Reading, field: FieldSchema, raw: unknown, slot: Slot, into: unknown[]): void {
  if (!Array.isArray(raw)) {
    const value = readSingle(reading, field.type, raw, slot);
    if (isValue(value)) into.push(value);
    return;
  }
  const flat = field.type.kind !== 'value' && field.type.kind !== 'listValue';
  raw.forEach((item, i) => {
    reading.within(i, () => {
      if (flat && Array.isArray(item)) readItems(reading, field, item, slot, into);
      else {
        const value = readSingle(reading, field.type, item ?? emptyOf(field.type), slot);
        if (isValue(value)) into.push(value);
      }
    });
  });
}

/** What a null in a list stands for. */
function emptyOf(type: FieldType): unknown {
  if (type.kind === 'value') return null;
  if (type.kind !== 'scalar') return type.kind === 'enum' ? 0 : {};
  if (type.scalar === 'string' || type.scalar === 'bytes') return '';
  return type.scalar === 'bool' ? false : 0;
}

function readMap(reading: Reading, field: FieldSchema, raw: unknown, slot: Slot): unknown {
  if (!isObject(raw)) return wrong(reading, 'a map', raw);
  const map: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(raw)) {
    reading.within(key, () => {
      if (field.mapKey !== 'string' && !/^-?\d+$|^true$|^false$/.test(key)) {
        reading.report(`the key must be a ${field.mapKey}`, { atKey: true });
      }
      const value = readSingle(reading, field.type, item ?? emptyOf(field.type), { ...slot, name: key });
      if (isValue(value)) map[key] = value;
    });
  }
  return map;
}

export function readSingle(reading: Reading, type: FieldType, raw: unknown, slot: Slot): unknown {
  switch (type.kind) {
    case 'scalar':
      return readScalar(reading, type.scalar, raw);
    case 'enum':
      return readEnum(reading, type.name, raw);
    case 'message':
      return readMessage(reading, type.name, raw, slot);
    case 'wrapper':
      // Protobuf also takes a wrapper by its field.
      if (!isObject(raw)) return readScalar(reading, type.scalar, raw);
      return 'value' in raw ? readScalar(reading, type.scalar, raw.value) : wrong(reading, 'a value', raw);
    case 'any':
      return readAny(reading, raw, slot);
    case 'duration':
      return readDuration(reading, raw);
    case 'timestamp':
      return readTimestamp(reading, raw);
    case 'fieldMask':
      return typeof raw === 'string' ? raw : wrong(reading, 'names of fields, separated by commas', raw);
    case 'struct':
      return isObject(raw) ? raw : wrong(reading, 'an object', raw);
    case 'listValue':
      return Array.isArray(raw) ? raw : wrong(reading, 'a list', raw);
    case 'value':
      return raw;
  }
}

export function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
