import {
  enumSchema,
  type FieldSchema,
  Mark,
  messageSchema,
  type Scalar,
} from '../../../bootstrap/schema/schema.ts';
import { durationText } from '../pages/server-info.ts';

type Json = Record<string, unknown>;

/** What stands in the place of secrets. */
const redacted = '[redacted]';
const typeUrl = 'type.googleapis.com/';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);

/**
 * A message as protobuf's JSON shows it, from its form after reading: fields in the order of their numbers,
 * durations as `0.250s`, bytes as base64, zeroes left out where they say nothing, secrets redacted.
 *
 * @param name full name of its type
 */
export function printMessage(name: string, message: Json, secret = false): Json {
  const schema = messageSchema(name);
  if (schema === undefined) return message;
  const printed: Json = {};
  const fields = Array.from(schema.fields.values()).sort((a, b) => a.number - b.number);
  for (const field of fields) {
    const value = message[field.name];
    if (value === undefined || isZero(field, value)) continue;
    printed[field.name] = printField(field, value, secret || (field.marks & Mark.Sensitive) !== 0);
  }
  return printed;
}

/** `{'@type': …, fields}` printed by the type it names. */
export function printAny(any: Json, secret = false): Json {
  const url = String(any['@type'] ?? '');
  const name = url.slice(url.lastIndexOf('/') + 1);
  return { '@type': `${typeUrl}${name}`, ...printMessage(name, any, secret) };
}

/** Wraps a message in an Any. */
export function printAs(name: string, message: Json): Json {
  return { '@type': `${typeUrl}${name}`, ...printMessage(name, message) };
}

/** Whether protobuf would not tell the value from an absent one. */
function isZero(field: FieldSchema, value: unknown): boolean {
  if (field.repeated) return Array.isArray(value) && value.length === 0;
  if (field.mapKey !== undefined) return isObject(value) && Object.keys(value).length === 0;
  if (field.presence) return false;
  if (Buffer.isBuffer(value)) return value.length === 0;
  if (field.type.kind === 'enum')
    return value === enumSchema(field.type.name)?.values.find((one) => one.number === 0)?.name;
  return value === 0 || value === '' || value === false;
}

function printField(field: FieldSchema, value: unknown, secret: boolean): unknown {
  if (field.repeated && Array.isArray(value)) return value.map((item) => printValue(field, item, secret));
  if (field.mapKey !== undefined && isObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => [key, printValue(field, item, secret)]);
    return Object.fromEntries(entries);
  }
  return printValue(field, value, secret);
}

function printValue({ type }: FieldSchema, value: unknown, secret: boolean): unknown {
  switch (type.kind) {
    case 'message':
      return isObject(value) ? printMessage(type.name, value, secret) : value;
    case 'any':
      return isObject(value) ? printAny(value, secret) : value;
    case 'duration':
      return typeof value === 'number' ? durationText(value) : value;
    case 'scalar':
    case 'wrapper':
      return printScalar(type.scalar, value, secret);
    default:
      return value;
  }
}

function printScalar(scalar: Scalar, value: unknown, secret: boolean): unknown {
  if (secret && (scalar === 'string' || scalar === 'bytes'))
    return scalar === 'bytes' ? Buffer.from(redacted).toString('base64') : redacted;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  return scalar === 'int64' || scalar === 'uint64' ? String(value) : value;
}
