import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document as YamlDocument,
  type Node as YamlNode,
} from 'yaml';
import { type Dialect, type Document, readDocument } from '../document.ts';
import { resolveEnvoyScalar } from '../scalar.ts';
import {
  EditMap,
  type EditNode,
  type EditPair,
  type EditScalar,
  joinComments,
  type ScalarStyle,
} from './node.ts';
import { Strays } from './strays.ts';

/** How the text was laid out, for what is written in its place. */
export interface EditableStyle {
  /** Lists stand as far right as their key, not two columns further. */
  readonly flushLists: boolean;
  /** `[a]` and not `[ a ]`. */
  readonly tightLists: boolean;
  /** `{a: b}` and not `{ a: b }`. */
  readonly tightMaps: boolean;
}

/** A text that can be edited, and what it says. */
export interface Editable {
  readonly root: EditNode;
  /** The same text as data, with its warnings and positions. */
  readonly document: Document;
  /** What stands round the root: the comments at the top and the end, a `---`. */
  readonly frame: YamlDocument;
  /** More documents of the text, as they are. */
  readonly rest: string;
  readonly style: EditableStyle;
}

/**
 * Reads a text for editing. Aliases are written out, as what their anchor names may become two different things.
 *
 * @param file the name to put in positions
 * @throws DocumentError when the text is not well-formed
 */
export function readEditable(text: string, file: string, dialect: Dialect): Editable {
  const document = readDocument(text, file, dialect);
  const frame = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'error' });
  const strays = new Strays(text);
  const root = new Reader(frame, strays, text, dialect === 'json').read(frame.contents);
  frame.comment = joinComments(strays.take(0), frame.comment ?? undefined) ?? null;
  const style = {
    flushLists: /^( *)[^\s#-][^\n]*:[ \t]*(?:#.*)?\n\1- /m.test(text),
    tightLists: !/[:,[{-] *\[ /.test(text),
    tightMaps: /[:,[{-] *\{[^\s}]/.test(text) && !/[:,[{-] *\{ /.test(text),
  };
  const more = frame.errors.find(({ code }) => code === 'MULTIPLE_DOCS');
  const rest = more === undefined ? '' : text.slice(more.pos[0]).replace(/^(?!---)/, '---\n');
  // A text with errors could not be written.
  frame.errors = [];
  return { root, document, frame, rest, style };
}

const styles: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

class Reader {
  readonly #frame: YamlDocument;
  readonly #strays: Strays;
  readonly #text: string;
  readonly #json: boolean;

  constructor(frame: YamlDocument, strays: Strays, text: string, json: boolean) {
    this.#frame = frame;
    this.#strays = strays;
    this.#text = text;
    this.#json = json;
  }

  /** @param key where its key begins */
  read(node: YamlNode | null | undefined, key?: number): EditNode {
    // Deep, as each alias stands for nodes of its own.
    if (isAlias(node)) return this.read(node.resolve(this.#frame));
    const read = this.#content(node, key);
    if (node?.commentBefore) read.before = node.commentBefore;
    const after = this.#strays.split(node);
    if (after) read.after = joinComments(read.after, after);
    if (node?.spaceBefore) read.blankBefore = true;
    return read;
  }

  #content(node: YamlNode | null | undefined, keyOffset: number | undefined): EditNode {
    const offset = node?.range?.[0];
    if (isMap(node)) {
      const pairs = new Map<string, EditPair>();
      let stray: string | undefined;
      for (const { key, value } of node.items) {
        const name = this.read(key as YamlNode) as EditScalar;
        name.before = joinComments(stray, name.before);
        // Of a key that is given twice, the last one counts.
        pairs.delete(name.text);
        pairs.set(name.text, { key: name, value: this.#valueOf(name, key as YamlNode, value as YamlNode) });
        stray = this.#strays.takeIn(node);
      }
      const map = new EditMap([...pairs.values()], !this.#json && node.flow === true, offset);
      map.after = stray;
      return map;
    }
    if (isSeq(node)) {
      const items: EditNode[] = [];
      let stray: string | undefined;
      for (const item of node.items) {
        const read = this.read(item as YamlNode);
        read.before = joinComments(stray, read.before);
        items.push(read);
        stray = this.#strays.takeIn(node, item === node.items.at(-1) ? keyOffset : undefined);
      }
      return { kind: 'list', items, flow: !this.#json && node.flow === true, offset, after: stray };
    }
    if (!isScalar(node)) return { kind: 'scalar', text: 'null', style: 'plain', offset };
    const text = String(node.value ?? '');
    const style = styles[node.type ?? 'PLAIN'] ?? 'plain';
    if (style === 'plain' && text === '' && node.tag === undefined)
      return { kind: 'scalar', text: 'null', style, offset };
    if (this.#json && style !== 'plain') return { ...newText(text), offset };
    return { kind: 'scalar', text, style, tag: node.tag, offset };
  }

  /** The value of a key. Of the comments before what stands below the key, one is on its line, the others are of what comes first. */
  #valueOf(name: EditScalar, key: YamlNode, value: YamlNode | null): EditNode {
    const read = this.read(value, key.range?.[0]);
    const { before } = read;
    if (before === undefined || read.kind === 'scalar' || isAlias(value) || read.flow) return read;
    const between = this.#text.slice(key.range?.[1], value?.range?.[0]);
    const lines = before.split('\n');
    if (/^[^\n]*#/.test(between)) name.after = joinComments(name.after, lines.shift());
    const first = read.kind === 'map' ? read.pairs[0]?.key : read.items[0];
    if (first === undefined) return read;
    read.before = undefined;
    if (lines.length > 0) first.before = joinComments(lines.join('\n'), first.before);
    return read;
  }
}

/** A text, in quotes where Envoy would else take it for something else. */
export function newText(text: string): EditScalar {
  if (text.includes('\n') && !/[^\n\x20-\x7e]/.test(text)) return { kind: 'scalar', text, style: 'literal' };
  const same = resolveEnvoyScalar({ kind: 'scalar', text, plain: true, start: 0 }) === text;
  // What another reader takes for a number or a date is put in quotes too.
  const plain = same && /^[A-Za-z/_]/.test(text);
  return { kind: 'scalar', text, style: plain ? 'plain' : 'double' };
}
