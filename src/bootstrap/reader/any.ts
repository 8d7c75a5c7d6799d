import { suggest } from '../../document/suggest.ts';
import { type FieldType, messageNames, messageSchema, successorOfV2 } from '../schema/schema.ts';
import { ofV2 } from '../v2.ts';
import { checkCategory } from './extension.ts';
import { readMessage } from './message.ts';
import { Dropped, isValue, Nothing, type Reading } from './reading.ts';
import { wrong } from './scalar.ts';
import type { Slot } from './slot.ts';
import { typeOfNamed } from './unknown-field.ts';
import { isObject, readSingle } from './value.ts';

/** Messages whose JSON is not an object: in an Any it stands under `value`. */
const wellKnown: Readonly<Record<string, FieldType>> = {
  'google.protobuf.Any': { kind: 'any' },
  'google.protobuf.Duration': { kind: 'duration' },
  'google.protobuf.Timestamp': { kind: 'timestamp' },
  'google.protobuf.FieldMask': { kind: 'fieldMask' },
  'google.protobuf.Struct': { kind: 'struct' },
  'google.protobuf.Value': { kind: 'value' },
  'google.protobuf.ListValue': { kind: 'listValue' },
  'google.protobuf.BoolValue': { kind: 'wrapper', scalar: 'bool' },
  'google.protobuf.StringValue': { kind: 'wrapper', scalar: 'string' },
  'google.protobuf.BytesValue': { kind: 'wrapper', scalar: 'bytes' },
  'google.protobuf.DoubleValue': { kind: 'wrapper', scalar: 'double' },
  'google.protobuf.FloatValue': { kind: 'wrapper', scalar: 'float' },
  'google.protobuf.Int32Value': { kind: 'wrapper', scalar: 'int32' },
  'google.protobuf.Int64Value': { kind: 'wrapper', scalar: 'int64' },
  'google.protobuf.UInt32Value': { kind: 'wrapper', scalar: 'uint32' },
  'google.protobuf.UInt64Value': { kind: 'wrapper', scalar: 'uint64' },
};

const typedStructs: readonly string[] = ['xds.type.v3.TypedStruct', 'udpa.type.v1.TypedStruct'];

/** An Any as `{ '@type': …, …fields }`, its fields read as those of the type it names. */
export function readAny(reading: Reading, raw: unknown, slot: Slot): unknown {
  if (!isObject(raw)) return wrong(reading, 'an object with "@type"', raw);
  const url = raw['@type'];
  if (url === undefined && Object.keys(raw).length === 0 && !slot.translates) return { '@type': '' };
  if (typeof url !== 'string') {
    if (url === undefined && slot.optional) return Dropped;
    reading.report('"@type" is required', {
      hint: `such as "@type": ${typeOfNamed(slot.name, slot.categories)}`,
    });
    return Nothing;
  }
  const name = reading.within('@type', () => typeNameOf(reading, url, slot));
  if (name === undefined) return Nothing;
  if (slot.translates && typedStructs.includes(name)) return readTypedStruct(reading, name, raw, slot);
  return readAs(reading, name, url, slot, () => {
    const type = wellKnown[name];
    if (type === undefined) return readMessage(reading, name, raw, undefined, true);
    if (raw.value === undefined || raw.value === null) return {};
    const value = reading.within('value', () => readSingle(reading, type, raw.value, slot));
    return isValue(value) ? { value } : Nothing;
  });
}

/** A TypedStruct in an extension's place stands for the message that its `type_url` names, written as a Struct. */
function readTypedStruct(
  reading: Reading,
  struct: string,
  raw: Record<string, unknown>,
  slot: Slot,
): unknown {
  const problems = reading.problems.length;
  reading.withoutSupport(() => readMessage(reading, struct, raw, undefined, true));
  if (reading.problems.length > problems) return Nothing;
  const key = 'typeUrl' in raw ? 'typeUrl' : 'type_url';
  const url = String(raw[key] ?? '');
  const name = reading.within(key, () => typeNameOf(reading, url, slot));
  if (name === undefined) return Nothing;
  return readAs(reading, name, url, slot, () =>
    reading.within('value', () => readMessage(reading, name, raw.value ?? {})),
  );
}

function readAs(reading: Reading, name: string, url: string, slot: Slot, read: () => unknown): unknown {
  if (!reading.within('@type', () => checkCategory(reading, name, slot))) return Nothing;
  if (reading.support !== undefined && reading.support[name] === undefined) {
    reading.withoutSupport(read);
    reading.reportUnsupported(name);
    return Dropped;
  }
  reading.anyDepth++;
  const message = read();
  reading.anyDepth--;
  if (!isValue(message)) return Nothing;
  const any = { '@type': url, ...(message as object) };
  if (reading.incomplete.has(message as object)) reading.incomplete.add(any);
  return any;
}

/** The message that a type URL names; reports when there is no such. The reading stands at the URL. */
function typeNameOf(reading: Reading, url: string, { categories, name }: Slot): string | undefined {
  const slash = url.lastIndexOf('/');
  const type = url.slice(slash + 1);
  const known = wellKnown[type] !== undefined || messageSchema(type) !== undefined;
  if (known && slash > 0) return type;
  if (known) {
    reading.report(`"${url}" is not a type URL`, { hint: `write type.googleapis.com/${type}` });
    return undefined;
  }
  const successor = successorOfV2(type);
  if (successor !== undefined) {
    const hint = `use type.googleapis.com/${successor}`;
    reading.report(`${type} ${ofV2}`, { hint });
    return undefined;
  }
  const near = suggest(type, messageNames()) ?? typeOfNamed(name, categories).replace(/^.*\//, '');
  reading.report(`Envoy has no type ${type}`, {
    hint: near === '…' ? undefined : `did you mean type.googleapis.com/${near}?`,
  });
  return undefined;
}
