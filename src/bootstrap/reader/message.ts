import { checkRules } from '../rules/rules.ts';
import { enumSchema, type FieldSchema, Mark, type MessageSchema, messageSchema } from '../schema/schema.ts';
import { checkHolder, checkNames } from './extension.ts';
import { Dropped, isValue, Nothing, type Reading } from './reading.ts';
import { wrong } from './scalar.ts';
import { noSlot, type Slot, slotOf } from './slot.ts';
import { successors } from './successor.ts';
import { reportUnknownField } from './unknown-field.ts';
import { isObject, readField } from './value.ts';

/**
 * Reads a message: its fields by their names in the `.proto`, absent ones absent. Everything wrong is reported.
 *
 * @param slot where the message stands, if that is a place for an extension
 * @param inAny whether it stands in an Any, where `@type` is not one of its fields
 * @returns the message; Nothing when it is not even an object, or is to be left out
 */
export function readMessage(
  reading: Reading,
  name: string,
  raw: unknown,
  slot: Slot = noSlot,
  inAny = false,
): unknown {
  const schema = messageSchema(name)!;
  if (!isObject(raw)) return wrong(reading, `an object (${name})`, raw);
  const message: Record<string, unknown> = {};
  /** The keys of the fields that are there, whether or not they could be read. */
  const keys = new Map<string, string>();
  /** Fields that a key which is none seems to mean: they are not missing as well. */
  const misspelt = new Set<string>();
  let dropped = false;

  for (const key of Object.keys(raw)) {
    if (inAny && key === '@type') continue;
    const field = findField(schema, key);
    if (field === undefined) {
      reading.incomplete.add(message);
      const meant = reading.within(key, () => reportUnknownField(reading, schema, key, raw, slot));
      if (meant !== undefined) misspelt.add(meant);
      continue;
    }
    const value = raw[key];
    if (value === null && field.type.kind !== 'value') continue;
    reading.path.push(key);
    checkOneof(reading, schema, field, keys);
    keys.set(field.name, key);
    const result = readSupported(reading, schema, field, value, () =>
      readField(reading, field, value, slotOf(schema, field, slot, raw)),
    );
    if (result === Dropped) dropped = true;
    else if (result === Nothing) reading.incomplete.add(message);
    else {
      message[field.name] = result;
      if (field.mapKey !== undefined) checkNames(reading, schema, field, result as object);
      if (field.marks !== 0) checkMarks(reading, schema, field, result);
      if (field.rules !== undefined) checkRules(reading, field.type, field.rules, result);
    }
    reading.path.pop();
  }

  for (const field of schema.required) {
    if (!keys.has(field.name) && !misspelt.has(field.name))
      reading.report('is required', { below: field.name });
  }
  for (const field of schema.disallowedDefaults)
    checkDefault(reading, schema, field, message[field.name], keys);
  schema.oneofs.forEach((oneof, i) => {
    const members = membersOf(schema, i);
    if (oneof.required && !members.some(({ name: member }) => keys.has(member) || misspelt.has(member))) {
      const names = members.filter((field) => (field.marks & (Mark.Hidden | Mark.Deprecated)) === 0);
      reading.report(`one of ${names.map((field) => field.name).join(', ')} is required`);
    }
  });
  checkHolder(reading, schema, raw, slot, keys);
  return dropped ? Nothing : message;
}

/** A field by its name in the `.proto`, or in lowerCamelCase as JSON has it. */
export function findField(schema: MessageSchema, key: string): FieldSchema | undefined {
  const known = schema.fields.get(key);
  if (known !== undefined || !/[A-Z\d]/.test(key)) return known;
  for (const field of schema.fields.values()) if (jsonName(field.name) === key) return field;
  return undefined;
}

export function jsonName(name: string): string {
  return name.replace(/_+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
}

/** Reads a field if the data plane implements it; else says so, and still checks what is in it. */
function readSupported(
  reading: Reading,
  schema: MessageSchema,
  field: FieldSchema,
  raw: unknown,
  read: () => unknown,
): unknown {
  if (reading.support === undefined) return read();
  const support = reading.support[schema.name]?.[field.name];
  if (support === undefined) {
    const value = reading.withoutSupport(read);
    // A field that holds its default is the same as an absent one, unless absence has a meaning of its own.
    if (isDefault(field, value) && !holdsAnything(raw)) return value;
    reading.reportUnsupported(field.name);
    return Nothing;
  }
  const value = read();
  if (field.type.kind !== 'enum') return value;
  const { values } = support;
  const given = Array.isArray(value) ? value : [value];
  // A number is a value that no name stands for.
  const lacking = given.find(
    (item) => typeof item === 'number' || (isValue(item) && values?.includes(item) === false),
  );
  if (lacking === undefined) return value;
  reading.reportUnsupported(`${field.name} ${lacking}`);
  return Nothing;
}

/** Whether a list or a map was written with anything in it, readable or not. */
function holdsAnything(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && Object.keys(raw).length > 0;
}

function isDefault(field: FieldSchema, value: unknown): boolean {
  if (!isValue(value) || field.presence) return false;
  if (field.repeated) return (value as unknown[]).length === 0;
  if (field.mapKey !== undefined) return Object.keys(value as object).length === 0;
  if (field.type.kind === 'enum') return value === enumSchema(field.type.name)!.values[0]!.name;
  return value === 0 || value === '' || value === false || (Buffer.isBuffer(value) && value.length === 0);
}

function checkDefault(
  reading: Reading,
  schema: MessageSchema,
  field: FieldSchema,
  value: unknown,
  keys: ReadonlyMap<string, string>,
): void {
  const key = keys.get(field.name);
  const { name } = enumSchema((field.type as { name: string }).name)!.values[0]!;
  // A value that could not be read has been reported.
  if (value === name || key === undefined) reading.disallow(`${schema.name}.${name}`, key ?? field.name);
}

function membersOf(schema: MessageSchema, oneof: number): FieldSchema[] {
  return [...schema.fields.values()].filter((field) => field.oneof === oneof);
}

function checkOneof(
  reading: Reading,
  schema: MessageSchema,
  field: FieldSchema,
  keys: ReadonlyMap<string, string>,
): void {
  if (field.oneof === undefined) return;
  const members = membersOf(schema, field.oneof).map((member) => member.name);
  const earlier = members.find((name) => name !== field.name && keys.has(name));
  if (earlier === undefined) return;
  reading.report(`${earlier} is already set: only one of ${members.join(', ')} may be`, { atKey: true });
}

function checkMarks(reading: Reading, schema: MessageSchema, field: FieldSchema, value: unknown): void {
  if (isDefault(field, value)) return;
  if (field.marks & Mark.Disallowed) {
    reading.disallow(`${schema.name}.${field.name}`);
  } else if (field.marks & Mark.Deprecated) {
    const name = `${schema.name}.${field.name}`;
    reading.reportDeprecated(name, successors[name], true);
  }
}
