import { didYouMean } from '../../document/suggest.ts';
import { enumSchema, Mark, type Scalar } from '../schema/schema.ts';
import { Nothing, type Reading } from './reading.ts';

/**
 * Scalars as protobuf's C++ JSON reader takes them in its legacy mode, which is what Envoy runs: numbers may be
 * text, booleans may be text of many forms, names of enum values are compared without case.
 */
export function readScalar(reading: Reading, scalar: Scalar, raw: unknown): unknown {
  switch (scalar) {
    case 'bool':
      return readBool(reading, raw);
    case 'string':
      return readString(reading, raw);
    case 'bytes':
      return readBytes(reading, raw);
    case 'double':
    case 'float':
      return readFloat(reading, scalar, raw);
    default:
      return readInteger(reading, scalar, raw);
  }
}

const truth: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  '1': true,
  false: false,
  f: false,
  no: false,
  n: false,
  '0': false,
};

function readBool(reading: Reading, raw: unknown): unknown {
  if (typeof raw === 'boolean') return raw;
  const value = typeof raw === 'string' ? truth[raw.toLowerCase()] : undefined;
  if (value !== undefined) return value;
  return wrong(reading, 'true or false', raw);
}

function readString(reading: Reading, raw: unknown): unknown {
  if (typeof raw === 'string') return raw;
  const quotable = typeof raw === 'number' || typeof raw === 'boolean';
  return wrong(reading, 'text', raw, quotable ? `quote it: "${raw}"` : undefined);
}

function readBytes(reading: Reading, raw: unknown): unknown {
  if (typeof raw !== 'string') return wrong(reading, 'base64 text', raw);
  const digits = raw.replace(/={1,2}$/, '');
  // Padding may be left out, but where it stands it must be right.
  const padded = digits.length !== raw.length;
  const valid = /^[\w+/-]*$/.test(digits) && digits.length % 4 !== 1 && (!padded || raw.length % 4 === 0);
  return valid ? Buffer.from(digits, 'base64') : wrong(reading, 'base64 text', raw);
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const hexadecimal = /^([+-]?)(0[xX][\da-fA-F]+)$/;

/** The number that a text stands for; undefined when it is none. */
function parseNumber(text: string): number | undefined {
  if (decimal.test(text)) return Number(text);
  const [, sign, digits] = hexadecimal.exec(text) ?? [];
  if (digits !== undefined) return sign === '-' ? -Number(digits) : Number(digits);
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word === null) return undefined;
  if (word[2]!.toLowerCase() === 'nan') return Number.NaN;
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function readFloat(reading: Reading, scalar: 'double' | 'float', raw: unknown): unknown {
  const value = typeof raw === 'number' ? raw : typeof raw === 'string' ? parseNumber(raw.trim()) : undefined;
  if (value === undefined || (raw as string) === '') return wrong(reading, 'a number', raw);
  if (scalar === 'float' && Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
    return wrong(reading, 'a number that fits into 32 bits', raw);
  }
  return value;
}

const ranges: Readonly<Record<string, readonly [min: number, max: number, text: string]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1, 'a whole number from -2147483648 to 2147483647'],
  uint32: [0, 2 ** 32 - 1, 'a whole number from 0 to 4294967295'],
  int64: [-(2 ** 63), 2 ** 63, 'a whole number'],
  uint64: [0, 2 ** 64, 'a whole number, 0 or more'],
};

function readInteger(reading: Reading, scalar: string, raw: unknown): unknown {
  const [min, max, expected] = ranges[scalar]!;
  const value = typeof raw === 'number' ? raw : typeof raw === 'string' ? parseNumber(raw) : undefined;
  const valid = value !== undefined && Number.isInteger(value) && value >= min && value <= max;
  if (!valid || exceeds64Bits(raw)) return wrong(reading, expected, raw);
  return value === 0 ? 0 : value;
}

/** The bounds of 64 bits are too close together for a JavaScript number. */
function exceeds64Bits(raw: unknown): boolean {
  if (typeof raw !== 'string' || !/^[+-]?\d{19,}$/.test(raw)) return false;
  const value = BigInt(raw.replace('+', ''));
  return value > 2n ** 64n - 1n || value < -(2n ** 63n);
}

/**
 * An enum's value by its name, whatever its case, or its number. A number without a name stays one: proto3 takes it,
 * and most fields have a rule against it.
 */
export function readEnum(reading: Reading, name: string, raw: unknown): unknown {
  const { values } = enumSchema(name)!;
  if (raw === null) return values[0]!.name;
  let found: (typeof values)[number] | undefined;
  if (typeof raw === 'string') {
    const wanted = raw.toLowerCase();
    found =
      values.find((value) => value.name === raw) ??
      values.find((value) => value.name.toLowerCase() === wanted);
  }
  const number = typeof raw === 'number' ? raw : /^[+-]?\d+$/.test(String(raw)) ? Number(raw) : undefined;
  if (found === undefined && number !== undefined) found = values.find((value) => value.number === number);
  if (found === undefined && number !== undefined && number === (number | 0)) return number;
  if (found === undefined) {
    const known = values.filter((value) => (value.marks & (Mark.Disallowed | Mark.Hidden)) === 0);
    const names = known.map((value) => value.name);
    const near = didYouMean(String(raw), names);
    return wrong(reading, `one of ${names.join(', ')}`, raw, near?.startsWith('did') ? near : undefined);
  }
  const disallowed = (found.marks & Mark.Disallowed) !== 0;
  if (found.marks & Mark.Deprecated && !disallowed) reading.reportDeprecated(`${name}.${found.name}`);
  return found.name;
}

/** Reports that something else was expected. */
export function wrong(reading: Reading, expected: string, raw: unknown, hint?: string): typeof Nothing {
  reading.report(`expected ${expected}, not ${describe(raw)}`, { hint });
  return Nothing;
}

function describe(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list';
  if (raw === null) return 'null';
  if (typeof raw === 'object') return 'an object';
  const text = JSON.stringify(raw);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
