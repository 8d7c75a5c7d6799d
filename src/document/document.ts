import { parseDocument } from 'yaml';
import { parseSimple } from './parse-simple.ts';
import { parseYaml } from './parse-yaml.ts';
import { plainData } from './plain.ts';
import { DocumentError, type Position, type Problem } from './problem.ts';
import {
  resolveCoreScalar,
  resolveEnvoyScalar,
  resolveJsonScalar,
  resolveKubernetesScalar,
} from './scalar.ts';
import { locate, type TextError, type Tree } from './tree.ts';

/** A path into a document: map keys and list indexes. */
export type Path = readonly (string | number)[];

/**
 * How the text is read:
 *
 * - `yaml`: YAML 1.2 as the core schema has it. A duplicate key is an error.
 * - `envoy`: YAML as Envoy reads it (yaml-cpp, then `parseYamlNode` in source/common/protobuf): `yes` and `on` are
 *   booleans, `010` is 8, tags but `!` mean nothing, a number with a fraction or outside of 32 bits stays text, `<<`
 *   is a key like others, what a key tagged `!ignore` holds is dropped. Of duplicate keys the last one wins, with a
 *   warning; a second document in the file gets one too.
 * - `json`: JSON as Envoy reads it: a trailing comma, single quotes and bare keys pass.
 * - `kubernetes`: YAML as kubectl reads it (sigs.k8s.io/yaml): `yes` and `on` are booleans, `0644` is octal. A duplicate
 *   key is an error.
 */
export type Dialect = 'yaml' | 'envoy' | 'json' | 'kubernetes';

/** A YAML or JSON text as plain data whose every part still knows where it stood in the file. */
export interface Document {
  readonly file: string;
  /** Plain data: objects, arrays, strings, numbers, booleans and null. */
  readonly value: unknown;
  /** What is allowed but surely not meant; only the dialects `envoy` and `json` have such. */
  readonly warnings: readonly Problem[];
  /** Where the value at `path` starts; of a path that does not exist, where its nearest parent starts. */
  positionOf(path: Path): Position;
  /** Where the key (last step of `path`) starts: the place for "unknown key". */
  positionOfKey(path: Path): Position;
}

/**
 * Reads a YAML or JSON text. All syntax errors are thrown at once.
 *
 * @param text the file's content
 * @param file the name to put in positions
 * @throws DocumentError when the text is not well-formed
 */
export function readDocument(text: string, file: string, dialect: Dialect = 'yaml'): Document {
  const position = positions(text, file);
  const fail = (errors: readonly TextError[]): never => {
    const what = `${file} is not valid ${dialect === 'json' ? 'JSON' : 'YAML'}`;
    throw new DocumentError(
      what,
      errors.map(({ offset, message }) => ({ severity: 'error', at: position(offset), path: '', message })),
    );
  };
  const warnings: Problem[] = [];
  const warn = (offset: number, message: string, hint?: string): void => {
    warnings.push({ severity: 'warning', at: position(offset), path: '', message, hint });
  };

  if (dialect === 'json' && !/^[ \t\r\n]*\{/.test(text)) {
    fail([{ offset: Math.max(0, text.search(/\S/)), message: 'expected an object: {' }]);
  }
  let tree: Tree | undefined = dialect === 'json' ? undefined : parseSimple(text);
  const simple = tree !== undefined;
  const strict = dialect === 'yaml' || dialect === 'kubernetes';
  if (tree === undefined) {
    const parsed = parseYaml(text, strict);
    if (parsed.errors.length > 0) fail(parsed.errors);
    tree = parsed.tree;
    const rest = strict ? undefined : contentAfter(text, parsed.end);
    if (rest !== undefined && dialect === 'json') fail([{ offset: rest, message: 'text after the object' }]);
    if (rest !== undefined) warn(rest, 'a second document: Envoy reads only the first one of a file');
  }
  const root = tree;
  const errors: TextError[] = [];
  const scalar = {
    yaml: resolveCoreScalar,
    envoy: resolveEnvoyScalar,
    json: resolveJsonScalar,
    kubernetes: resolveKubernetesScalar,
  }[dialect];
  const value =
    dialect === 'yaml' && !simple
      ? parseDocument(text, { logLevel: 'silent' }).toJS({ maxAliasCount: 1000 })
      : plainData(root, {
          scalar,
          onError: (offset, message) => errors.push({ offset, message }),
          onDuplicate: ({ key }, name) => {
            if (strict) errors.push({ offset: key.start, message: 'Map keys must be unique' });
            else warn(key.start, `"${name}" is given more than once`, 'Envoy takes the last of them');
          },
        });
  if (errors.length > 0) fail(errors);

  return {
    file,
    value,
    warnings,
    positionOf: (path) => position(locate(root, path).value),
    positionOfKey: (path) => position(locate(root, path).key),
  };
}

/** The offset of what follows the first document, when it is more than blank lines and comments. */
function contentAfter(text: string, end: number): number | undefined {
  const content = /^(?![ \t]*(?:#|$)|---[ \t]*(?:#|$)|\.\.\.)[ \t]*\S/m.exec(text.slice(end));
  return content === null ? undefined : end + content.index;
}

/** Turns offsets into lines and columns; counts the lines when it is first asked. */
function positions(text: string, file: string): (offset: number) => Position {
  let lineStarts: number[] | undefined;
  return (offset) => {
    if (lineStarts === undefined) {
      lineStarts = [0];
      for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1);
    }
    let line = lineStarts.findLastIndex((start) => start <= offset);
    if (line < 0) line = 0;
    return { file, line: line + 1, column: offset - lineStarts[line]! + 1 };
  };
}
