import type { google } from '../../bootstrap/api.generated.ts';
import { shortNumber } from '../format/short-number.ts';
import { denominators, type Fraction } from './runtime.ts';

/** One runtime value as its layer gives it, understood in every way it may be asked for. */
export interface RuntimeEntry {
  /** As `/runtime` prints it. */
  readonly text: string;
  readonly integer: number | undefined;
  readonly boolean: boolean | undefined;
  readonly fraction: Fraction | undefined;
}

function unsigned(text: string): number | undefined {
  return /^\s*\+?\d+$/.test(text) ? Number(text) : undefined;
}

function fractionOf(struct: Readonly<Record<string, unknown>>): Fraction | undefined {
  const { numerator = 0, denominator = 'HUNDRED' } = struct;
  const parts = denominators[String(denominator) as keyof typeof denominators];
  return typeof numerator === 'number' && parts !== undefined ? { numerator, denominator: parts } : undefined;
}

/** `{numerator: 5, denominator: MILLION}` or its lines, as they are typed into `/runtime_modify`. */
function fractionText(text: string): Fraction | undefined {
  const struct: Record<string, unknown> = {};
  for (const line of text.replace(/^\s*\{|\}\s*$/g, '').split(/[,\n]/)) {
    const match = /^\s*"?(numerator|denominator)"?:\s+"?(\w+)"?\s*$/.exec(line);
    if (!match) return undefined;
    struct[match[1]!] = match[1] === 'numerator' ? Number(match[2]) : match[2];
  }
  return fractionOf(struct);
}

/** A value given as text: an override of the admin layer, or a string of a static layer. */
export function textEntry(text: string): RuntimeEntry {
  const lower = text.trim().toLowerCase();
  return {
    text,
    integer: unsigned(text),
    boolean: lower === 'true' ? true : lower === 'false' ? false : undefined,
    fraction: fractionText(text),
  };
}

/** Text format of a protobuf Struct, which is what Envoy shows of a fraction. */
function structText(struct: Readonly<Record<string, unknown>>): string {
  return Object.keys(struct)
    .sort()
    .map((key) => {
      const value = struct[key];
      const line =
        typeof value === 'number' ? `number_value: ${value}` : `string_value: ${JSON.stringify(value)}`;
      return `fields {\n  key: ${JSON.stringify(key)}\n  value {\n    ${line}\n  }\n}\n`;
    })
    .join('');
}

/** A value of a static layer that is not a group of further keys; undefined for what may not stand there. */
export function staticEntry(value: google.protobuf.Value): RuntimeEntry | undefined {
  if (typeof value === 'string') return textEntry(value);
  if (typeof value === 'boolean')
    return { text: String(value), integer: undefined, boolean: value, fraction: undefined };
  if (typeof value === 'number')
    return {
      text: shortNumber(value),
      integer: Number.isInteger(value) && value >= 0 ? value : undefined,
      boolean: value !== 0,
      fraction: undefined,
    };
  if (value === null || Array.isArray(value)) return undefined;
  return {
    text: structText(value),
    integer: undefined,
    boolean: undefined,
    fraction: fractionOf(value),
  };
}

/** Whether a struct is a fraction, and not a group of keys. */
export function isFraction(struct: Readonly<Record<string, unknown>>): boolean {
  return 'numerator' in struct || 'denominator' in struct;
}
