import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { DocumentError, type Position, type Problem } from './problem.ts';

/** A path into a document: map keys and list indexes. */
export type Path = readonly (string | number)[];

/** A YAML or JSON text as plain data whose every part still knows where it stood in the file. */
export interface Document {
  readonly file: string;
  /** Plain data: objects, arrays, strings, numbers, booleans and null. */
  readonly value: unknown;
  /** Where the value at `path` starts; of a path that does not exist, where its nearest parent starts. */
  positionOf(path: Path): Position;
  /** Where the key (last step of `path`) starts: the place for "unknown key". */
  positionOfKey(path: Path): Position;
}

/**
 * Reads YAML 1.2 (JSON is a subset of it). YAML errors, duplicate keys among them, are thrown all at once.
 *
 * @param text the file's content
 * @param file the name to put in positions
 * @throws DocumentError when the text is not well-formed
 */
export function readDocument(text: string, file: string): Document {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (yaml.errors.length > 0) {
    const problems = yaml.errors.map(
      (error): Problem => ({
        severity: 'error',
        at: position(error.pos[0]),
        path: '',
        message: error.message.split(/ at line \d+/)[0]!.trim(),
      }),
    );
    throw new DocumentError(`${file} is not valid YAML`, problems);
  }

  /** Walks as far along the path as the document goes; the offsets of the last node and its key. */
  const locate = (path: Path): { value: number; key: number } => {
    let node: unknown = yaml.contents;
    let value = (yaml.contents as Node | null)?.range?.[0] ?? 0;
    let key = value;
    for (const step of path) {
      if (isAlias(node)) node = node.resolve(yaml);
      let next: unknown;
      if (isMap(node)) {
        const pair = node.items.find((item) => isPair(item) && String(scalar(item.key)) === String(step));
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
  };

  return {
    file,
    value: yaml.toJS({ maxAliasCount: 1000 }),
    positionOf: (path) => position(locate(path).value),
    positionOfKey: (path) => position(locate(path).key),
  };
}

function scalar(node: unknown): unknown {
  return isScalar(node) ? node.value : node;
}
