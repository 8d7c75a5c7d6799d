import { Pair, Scalar, YAMLMap, YAMLSeq, type Node as YamlNode } from 'yaml';
import { resolveEnvoyScalar } from '../scalar.ts';
import { type EditNode, type EditScalar, isIgnored } from './node.ts';
import type { Editable, EditableStyle } from './read.ts';

/** What was edited as YAML, with its comments. Ends with a line break. */
export function writeEditable({ root, frame, rest, style }: Editable): string {
  frame.contents = new Writer(style).node(root);
  return frame.toString({ lineWidth: 0, indentSeq: !style.flushLists }) + rest;
}

const styles = {
  plain: Scalar.PLAIN,
  single: Scalar.QUOTE_SINGLE,
  double: Scalar.QUOTE_DOUBLE,
  literal: Scalar.BLOCK_LITERAL,
  folded: Scalar.BLOCK_FOLDED,
} as const;

class Writer {
  readonly #style: EditableStyle;

  constructor(style: EditableStyle) {
    this.#style = style;
  }

  node(node: EditNode): YamlNode {
    const made = this.#bare(node);
    if (node.before) made.commentBefore = node.before;
    if (node.after) made.comment = node.after;
    if (node.blankBefore) made.spaceBefore = true;
    return made;
  }

  #bare(node: EditNode): YamlNode {
    if (node.kind === 'map') {
      const map = new SpacedMap(this.#style.tightMaps ? '' : ' ');
      map.flow = node.flow || node.pairs.length === 0;
      map.items = node.pairs.map(({ key, value }) => new Pair(this.node(key), this.node(value)));
      return map;
    }
    if (node.kind === 'list') {
      const list = new SpacedSeq(this.#style.tightLists ? '' : ' ');
      list.flow = node.flow || node.items.length === 0;
      list.items = node.items.map((item) => this.node(item));
      return list;
    }
    const scalar = new Scalar(node.text);
    scalar.type = styles[node.style];
    if (node.tag !== undefined) scalar.tag = node.tag;
    return scalar;
  }
}

type Writing = Parameters<YAMLMap['toString']>;

/** The library knows one padding for all braces and brackets. */
class SpacedMap extends YAMLMap {
  readonly #padding: string;

  constructor(padding: string) {
    super();
    this.#padding = padding;
  }

  override toString(...[context, ...rest]: Writing): string {
    return super.toString(context && { ...context, flowCollectionPadding: this.#padding }, ...rest);
  }
}

class SpacedSeq extends YAMLSeq {
  readonly #padding: string;

  constructor(padding: string) {
    super();
    this.#padding = padding;
  }

  override toString(...[context, ...rest]: Writing): string {
    return super.toString(context && { ...context, flowCollectionPadding: this.#padding }, ...rest);
  }
}

/** What was edited as Envoy reads it. */
export function plainOf(node: EditNode): unknown {
  if (node.kind === 'scalar') return envoyValueOf(node);
  if (node.kind === 'list') return node.items.map(plainOf);
  return Object.fromEntries(
    node.pairs.filter((pair) => !isIgnored(pair)).map(({ key, value }) => [key.text, plainOf(value)]),
  );
}

/** A scalar as Envoy reads it. */
export function envoyValueOf({ text, style, tag }: EditScalar): string | number | boolean | null | undefined {
  return resolveEnvoyScalar({ kind: 'scalar', text, plain: style === 'plain', tag, start: 0 });
}
