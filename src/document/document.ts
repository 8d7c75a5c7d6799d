import {
  type Alias,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Document as YamlDocument,
} from 'yaml';
import { plainData } from './plain.ts';
import { DocumentError, type Position, type Problem } from './problem.ts';
import { keyText, resolveEnvoyScalar, resolveJsonScalar } from './scalar.ts';

/** A path into a document: map keys and list indexes. */
export type Path = readonly (string | number)[];

/**
 * How the text is read:
 *
 * - `yaml`: YAML 1.2 as the core schema has it. A duplicate key is an error.
 * - `envoy`: YAML as Envoy reads it (yaml-cpp, then `parseYamlNode` in source/common/protobuf): `yes` and `on` are
 *   booleans, `010` is 8, tags but `!` mean nothing, a number with a fraction or outside of 32 bits stays text, `<<`
 *   is a key like others, what a key tagged `!ignore` holds is dropped. Of duplicate keys the last one wins, with a
 *   warning; so does a second document in the file.
 * - `json`: JSON as Envoy reads it: a trailing comma, single quotes and bare keys pass.
 */
export type Dialect = 'yaml' | 'envoy' | 'json';

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
  const lines = new LineCounter();
  const yaml = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: dialect === 'yaml',
    schema: dialect === 'yaml' ? 'core' : 'failsafe',
    logLevel: 'silent',
  });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problem = (
    severity: Problem['severity'],
    offset: number,
    message: string,
    hint?: string,
  ): Problem => ({
    severity,
    at: position(offset),
    path: '',
    message,
    hint,
  });
  const what = `${file} is not valid ${dialect === 'json' ? 'JSON' : 'YAML'}`;
  if (dialect === 'json' && !/^[ \t\r\n]*\{/.test(text)) {
    const offset = Math.max(0, text.search(/\S/));
    throw new DocumentError(what, [problem('error', offset, 'expected an object: {')]);
  }
  const errors = yaml.errors.map((error) =>
    problem('error', error.pos[0], error.message.split(/ at line \d+/)[0]!.trim()),
  );
  if (errors.length > 0) throw new DocumentError(what, errors);

  const warnings: Problem[] = [];
  let value: unknown;
  if (dialect === 'yaml') value = yaml.toJS({ maxAliasCount: 1000 });
  else {
    value = plainData(yaml, {
      scalar: dialect === 'json' ? resolveJsonScalar : resolveEnvoyScalar,
      onError: (offset, message) => errors.push(problem('error', offset, message)),
      onDuplicate: (offset, key) =>
        warnings.push(
          problem('warning', offset, `"${key}" is given more than once`, 'Envoy takes the last of them'),
        ),
    });
    if (errors.length > 0) throw new DocumentError(what, errors);
    const rest = restOfStream(yaml, text);
    if (rest !== undefined && dialect === 'json') {
      throw new DocumentError(what, [problem('error', rest, 'text after the end of the object')]);
    }
    if (rest !== undefined) {
      warnings.push(problem('warning', rest, 'a second document: Envoy reads only the first one of a file'));
    }
  }

  return {
    file,
    value,
    warnings,
    positionOf: (path) => position(locate(yaml, path).value),
    positionOfKey: (path) => position(locate(yaml, path).key),
  };
}

/** The offset of what follows the first document, when that is not blank. */
function restOfStream(yaml: YamlDocument, text: string): number | undefined {
  const end = yaml.range?.[2] ?? text.length;
  const rest = text.slice(end).search(/^(?!---|\.\.\.|#)\s*\S/m);
  return rest < 0 ? undefined : end + rest;
}

/** Walks as far along the path as the document goes; the offsets of the last node and its key. */
function locate(yaml: YamlDocument, path: Path): { value: number; key: number } {
  let node: unknown = yaml.contents;
  let value = (yaml.contents as Node | null)?.range?.[0] ?? 0;
  let key = value;
  for (const step of path) {
    if (isAlias(node)) node = (node as Alias).resolve(yaml);
    let next: unknown;
    if (isMap(node)) {
      // Where a key is given more than once, the last one counts.
      const pair = node.items.findLast((item) => isPair(item) && sameKey(item.key, String(step)));
      if (!pair) break;
      key = (pair.key as Node | null)?.range?.[0] ?? value;
      next = pair.value;
      value = (next as Node | null)?.range?.[0] ?? key;
    } else if (isSeq(node)) {
      next = node.items[Number(step)];
      if (next === undefined) break;
      value = (next as Node | null)?.range?.[0] ?? value;
      key = value;
    } else break;
    node = next;
  }
  return { value, key };
}

function sameKey(key: unknown, step: string): boolean {
  return (isScalar(key) && String(key.value) === step) || keyText(key) === step;
}
