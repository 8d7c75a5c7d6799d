import { isUtf8 } from 'node:buffer';
import type { google } from '../../bootstrap/api.generated.ts';
import { byteString } from './bytes.ts';
import { sorted } from './commands/metadata.ts';
import { type FormatContext, type FormatValue, type Provider, textOf } from './context.ts';
import type { FormatEnvironment } from './environment.ts';
import { compileParts, type FormatOptions, type Formatter } from './formatter.ts';
import { parseFormat } from './parse.ts';

/** A byte string as JSON. Bytes that are no UTF-8 are written as `\u00e4`, one by one. */
export function jsonString(text: string): string {
  const json = JSON.stringify(text);
  if (/^[\x00-\x7f]*$/.test(text) || isUtf8(Buffer.from(text, 'latin1'))) return json;
  return json.replace(/[\x80-\xff]/g, (byte) => `\\u00${byte.charCodeAt(0).toString(16)}`);
}

/** A command's value as typed JSON. */
function jsonValue(value: FormatValue): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? jsonString(value) : JSON.stringify(sorted(value));
}

/** Prints one value of the template; undefined: it is absent. */
type Node = (context: FormatContext) => string | undefined;

/** What an object or list without absent values leaves out. */
interface Compiler {
  readonly environment: FormatEnvironment;
  readonly options: FormatOptions;
}

function compileText(format: string, { environment, options }: Compiler): Node {
  const parts = compileParts(parseFormat(format), environment, options);
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'function') return (context) => jsonValue(first(context));
  if (parts.every((part) => typeof part === 'string')) {
    const text = jsonString(parts.join(''));
    return () => text;
  }
  const empty = options.omitEmptyValues ? '' : '-';
  return (context) => {
    // Pieces are escaped one by one: a piece that is no UTF-8 does not spoil its neighbours.
    let text = '"';
    for (const part of parts)
      text += jsonString(typeof part === 'string' ? part : textOf((part as Provider)(context), empty)).slice(
        1,
        -1,
      );
    return `${text}"`;
  };
}

function compileList(list: readonly google.protobuf.Value[], compiler: Compiler): Node {
  const nodes = list.map((value) => compileNode(value, compiler));
  const omit = compiler.options.omitEmptyValues;
  return (context) => {
    const items = nodes.map((node) => node(context) ?? (omit ? undefined : 'null'));
    return `[${items.filter((item) => item !== undefined).join(',')}]`;
  };
}

function compileStruct(struct: google.protobuf.Struct, compiler: Compiler): Node {
  const members = Object.entries(struct)
    .map(([key, value]) => ({ key: byteString(key), node: compileNode(value, compiler) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, node }) => ({ key: `${jsonString(key)}:`, node }));
  const omit = compiler.options.omitEmptyValues;
  return (context) => {
    let text = '';
    for (const { key, node } of members) {
      const value = node(context) ?? (omit ? undefined : 'null');
      if (value !== undefined) text += `${text === '' ? '' : ','}${key}${value}`;
    }
    return text === '' && omit ? undefined : `{${text}}`;
  };
}

function compileNode(value: google.protobuf.Value, compiler: Compiler): Node {
  if (typeof value === 'string') return compileText(byteString(value), compiler);
  if (value === null) return () => undefined;
  if (typeof value !== 'object') {
    const text = JSON.stringify(value);
    return () => text;
  }
  return Array.isArray(value) ? compileList(value, compiler) : compileStruct(value, compiler);
}

/**
 * Compiles `json_format`: one line of JSON a call, with a line feed. A value that is one command keeps its type
 * (`"%RESPONSE_CODE%"` prints 200); keys come in the order of their bytes. With `omitEmptyValues`, absent values
 * and objects that end up empty are left out; lists stay.
 *
 * @throws LabError for format strings Envoy refuses
 */
export function compileJsonFormat(
  format: google.protobuf.Struct,
  environment: FormatEnvironment,
  options: FormatOptions = {},
): Formatter {
  const node = compileStruct(format, { environment, options });
  return (context) => `${node(context) ?? '{}'}\n`;
}
