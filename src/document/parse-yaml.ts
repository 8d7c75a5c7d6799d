import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLParseError,
} from 'yaml';
import type { TextError, Tree } from './tree.ts';

/** Beyond this many values a file is an attack with aliases of aliases, not a config. */
const maxValues = 1_000_000;

export interface ParsedYaml {
  readonly tree: Tree;
  readonly errors: readonly TextError[];
  /** Where the first document of the text ends. */
  readonly end: number;
}

/** Any YAML 1.2 text as a tree, and its plain data by the core schema. Aliases stand for what their anchor named. */
export function parseYaml(text: string, uniqueKeys: boolean): ParsedYaml {
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys, logLevel: 'silent' });
  const errors: TextError[] = withoutEchoes(document.errors).map((error) => ({
    offset: error.pos[0],
    message: error.message.split(/ at line \d+/)[0]!.trim(),
  }));
  const anchors = new Map<string, { tree?: Tree }>();
  let values = 0;

  const convert = (node: Node | null | undefined, at: number): Tree => {
    const start = node?.range?.[0] ?? at;
    const empty: Tree = { kind: 'scalar', text: '', plain: true, start };
    if (node === null || node === undefined) return empty;
    if (++values > maxValues) {
      if (values === maxValues + 1) errors.push({ offset: start, message: 'too many values' });
      return empty;
    }
    if (isAlias(node)) {
      const anchor = anchors.get(node.source);
      if (anchor?.tree !== undefined) return anchor.tree;
      const why = anchor === undefined ? 'names no anchor before it' : 'stands inside of what it names';
      errors.push({ offset: start, message: `the alias *${node.source} ${why}` });
      return empty;
    }
    const anchor: { tree?: Tree } = {};
    const { anchor: name } = node as Node & { anchor?: string };
    if (name !== undefined) anchors.set(name, anchor);
    anchor.tree = convertContent(node, start);
    return anchor.tree;
  };

  const convertContent = (node: Node, start: number): Tree => {
    if (isSeq(node)) {
      const items = node.items.map((item) => convert(item as Node, start));
      return { kind: 'list', items, start };
    }
    if (isMap(node)) {
      const pairs = node.items.map((pair) => {
        const key = convert(pair.key as Node, start);
        return { key, value: convert(pair.value as Node, key.start) };
      });
      return { kind: 'map', pairs, start };
    }
    const scalar = node as Scalar;
    const { tag, type = 'PLAIN' } = scalar;
    return {
      kind: 'scalar',
      text: String(isScalar(node) ? (scalar.source ?? scalar.value ?? '') : ''),
      plain: type === 'PLAIN',
      ...(tag === undefined ? {} : { tag }),
      start,
    };
  };

  const tree = convert(document.contents, 0);
  return { tree, errors, end: document.range?.[2] ?? text.length };
}

/**
 * Behind the first broken place the parser meets nothing but pieces, hundreds of them in a long file. Keys given twice
 * are told all.
 */
function withoutEchoes(errors: readonly YAMLParseError[]): YAMLParseError[] {
  const broken = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  return errors.filter(
    (error) => error === broken || (error.code === 'DUPLICATE_KEY' && !isAfter(error, broken)),
  );
}

function isAfter(error: YAMLParseError, other: YAMLParseError | undefined): boolean {
  return other !== undefined && error.pos[0] > other.pos[0];
}
