import { lowerBound } from './lines.ts';
import { schemaText } from './schema.generated.ts';

/**
 * Envoy's v3 API, read from one generated text: a line for every message and enum, parsed when it is asked for
 * (all of them at once would cost each start some 30 ms, one costs microseconds). A line is
 *
 *     name TAB [[field…], [oneof…], marks, [reserved name…], name in the v2 API]     a message
 *     name TAB {"v": [value…]}                                                       an enum
 *
 * where trailing empty parts are left out. A field is [name, type, more?]: `more` has `n` its number when that is
 * not the one after the last field's, `o` the index of its oneof, `p` when it is `optional`, `q` when a
 * message without it is refused, `r` its rules, `m` its
 * marks, `c` the categories of extensions it takes. A type is a letter for a scalar or a well-known message, `@n` and `#n` the message and
 * the enum of line n, `?` before the scalar that a wrapper holds, `[` before what a list holds, `{` and the letter
 * of the key before what a map holds.
 */

export type Scalar =
  | 'bool'
  | 'string'
  | 'bytes'
  | 'double'
  | 'float'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64';

export type FieldType =
  | { readonly kind: 'scalar' | 'wrapper'; readonly scalar: Scalar }
  | { readonly kind: 'message' | 'enum'; readonly name: string }
  | { readonly kind: 'any' | 'duration' | 'timestamp' | 'fieldMask' | 'struct' | 'value' | 'listValue' };

/** What a `.proto` says of a field, an enum value or a message besides its type. */
export const Mark = {
  Deprecated: 1,
  /** Envoy refuses it unless the runtime key `envoy.deprecated_features:<name>` is true. */
  Disallowed: 2,
  /** In the API but without effect in Envoy: `[#not-implemented-hide:]`. */
  Hidden: 4,
  WorkInProgress: 8,
  /** Holds a secret: admin shows `[redacted]`. */
  Sensitive: 16,
  /** Of an enum's field: absence means a value that is disallowed. */
  DisallowedDefault: 32,
} as const;

/** Rules of protoc-gen-validate as plain data; durations in ms. */
export interface Rules {
  readonly [rule: string]: unknown;
  readonly items?: Rules;
  readonly keys?: Rules;
  readonly values?: Rules;
}

export interface FieldSchema {
  /** As in the `.proto`: snake_case. */
  readonly name: string;
  readonly number: number;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** Of a map: the type of its keys. */
  readonly mapKey: Scalar | undefined;
  /** Index into the message's `oneofs`. */
  readonly oneof: number | undefined;
  /** Absent is another thing than zero: a message, a wrapper, a oneof's member, an `optional`. */
  readonly presence: boolean;
  readonly rules: Rules | undefined;
  /** Bits of {@link Mark}. */
  readonly marks: number;
  /** Categories of the extensions it takes, such as `envoy.filters.http`. */
  readonly categories: readonly string[];
}

export interface MessageSchema {
  readonly name: string;
  /** By their names in the `.proto`. */
  readonly fields: ReadonlyMap<string, FieldSchema>;
  /** Those a message may not lack. */
  readonly required: readonly FieldSchema[];
  /** Enums whose zero value is disallowed. */
  readonly disallowedDefaults: readonly FieldSchema[];
  readonly oneofs: readonly { readonly name: string; readonly required: boolean }[];
  readonly marks: number;
  /** Names of fields that are gone, most of them with the v2 API. */
  readonly reserved: readonly string[];
  readonly v2Name: string | undefined;
}

export interface EnumValue {
  readonly name: string;
  readonly number: number;
  readonly marks: number;
}

export interface EnumSchema {
  readonly name: string;
  readonly values: readonly EnumValue[];
}

type FieldTuple = [name: string, type: string, more?: MoreOfField];
type MoreOfField = { n?: number; o?: number; p?: 1; q?: 1; r?: Rules; m?: number; c?: string[] };
type MessageTuple = [FieldTuple[], [string, 1?][]?, number?, string[]?, string?];
type EnumTuple = { v: (string | [string, number, number?])[] };

const scalars: Readonly<Record<string, Scalar>> = {
  b: 'bool',
  s: 'string',
  y: 'bytes',
  d: 'double',
  f: 'float',
  i: 'int32',
  I: 'int64',
  u: 'uint32',
  U: 'uint64',
};
const wellKnown: Readonly<Record<string, FieldType>> = {
  A: { kind: 'any' },
  D: { kind: 'duration' },
  T: { kind: 'timestamp' },
  M: { kind: 'fieldMask' },
  S: { kind: 'struct' },
  V: { kind: 'value' },
  L: { kind: 'listValue' },
};

const noMore: MoreOfField = {};
const none: readonly string[] = [];

let index: readonly string[] | undefined;
const messages = new Map<string, MessageSchema>();
const enums = new Map<string, EnumSchema>();

/** All lines, sorted by name. Splitting is fast; to make a map of them would cost each start milliseconds. */
function lines(): readonly string[] {
  index ??= schemaText.split('\n');
  return index;
}

/** The JSON of a message (`[`) or an enum (`{`); undefined when the name is neither. */
function jsonOf(name: string, opening: '[' | '{'): string | undefined {
  const start = `${name}\t`;
  const line = lines()[lowerBound(lines(), start)];
  return line?.startsWith(start + opening) ? line.slice(start.length) : undefined;
}

/** The message of this full name, such as `envoy.config.route.v3.Route`; undefined when Envoy has none. */
export function messageSchema(name: string): MessageSchema | undefined {
  const known = messages.get(name);
  if (known !== undefined) return known;
  const json = jsonOf(name, '[');
  if (json === undefined) return undefined;
  const [tuples, oneofs = [], marks = 0, reserved = [], v2Name] = JSON.parse(json) as MessageTuple;
  const fields = new Map<string, FieldSchema>();
  const required: FieldSchema[] = [];
  const disallowedDefaults: FieldSchema[] = [];
  let number = 0;
  for (const tuple of tuples) {
    number = tuple[2]?.n ?? number + 1;
    const field = new Field(tuple, number);
    fields.set(field.name, field);
    if (tuple[2]?.q === 1) required.push(field);
    if (field.marks & Mark.DisallowedDefault) disallowedDefaults.push(field);
  }
  const schema: MessageSchema = {
    name,
    fields,
    required,
    disallowedDefaults,
    oneofs: oneofs.map(([oneof, required]) => ({ name: oneof, required: required === 1 })),
    marks,
    reserved,
    v2Name,
  };
  messages.set(name, schema);
  return schema;
}

/** The enum of this full name; undefined when Envoy has none. */
export function enumSchema(name: string): EnumSchema | undefined {
  const known = enums.get(name);
  if (known !== undefined) return known;
  const json = jsonOf(name, '{');
  if (json === undefined) return undefined;
  let number = -1;
  const values = (JSON.parse(json) as EnumTuple).v.map((value): EnumValue => {
    const [label, given, marks = 0] = typeof value === 'string' ? [value] : value;
    number = given ?? number + 1;
    return { name: label, number, marks };
  });
  const schema = { name, values };
  enums.set(name, schema);
  return schema;
}

/** Full names of all messages, sorted. */
export function messageNames(): readonly string[] {
  return lines()
    .filter((line) => line[line.indexOf('\t') + 1] === '[')
    .map(nameOfLine);
}

/** The message that took the place of one of the v2 API; undefined when there is none. */
export function successorOfV2(v2Name: string): string | undefined {
  const line = lines().find((text) => text.endsWith(`,"${v2Name}"]`));
  return line === undefined ? undefined : nameOfLine(line);
}

function nameOfLine(line: string): string {
  return line.slice(0, line.indexOf('\t'));
}

/** Read when asked: of the fields of a message a config sets few. */
class Field implements FieldSchema {
  readonly name: string;
  readonly number: number;
  readonly repeated: boolean;
  readonly #text: string;
  readonly #more: MoreOfField;
  #type: FieldType | undefined;

  constructor([name, text, more = noMore]: FieldTuple, number: number) {
    this.name = name;
    this.number = number;
    this.repeated = text.startsWith('[');
    this.#text = text;
    this.#more = more;
  }

  get type(): FieldType {
    this.#type ??= readType(this.#text.slice(this.repeated ? 1 : this.mapKey === undefined ? 0 : 2));
    return this.#type;
  }

  get mapKey(): Scalar | undefined {
    return this.#text.startsWith('{') ? scalars[this.#text[1]!] : undefined;
  }

  get presence(): boolean {
    if (this.repeated || this.mapKey !== undefined) return false;
    const zeroable = this.type.kind === 'scalar' || this.type.kind === 'enum';
    return !zeroable || this.oneof !== undefined || this.#more.p === 1;
  }

  get oneof(): number | undefined {
    return this.#more.o;
  }

  get rules(): Rules | undefined {
    return this.#more.r;
  }

  get marks(): number {
    return this.#more.m ?? 0;
  }

  get categories(): readonly string[] {
    return this.#more.c ?? none;
  }
}

function readType(type: string): FieldType {
  const known = wellKnown[type];
  if (known !== undefined) return known;
  if (type[0] === '?') return { kind: 'wrapper', scalar: scalars[type[1]!]! };
  const scalar = scalars[type];
  if (scalar !== undefined) return { kind: 'scalar', scalar };
  const name = nameOfLine(lines()[Number(type.slice(1))]!);
  return { kind: type[0] === '#' ? 'enum' : 'message', name };
}
