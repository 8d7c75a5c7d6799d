import { TextCursor } from './text-cursor.ts';
import type { PairTree, ScalarTree, Tree } from './tree.ts';

/**
 * Reads the plain kind of YAML that nearly every config is written in, some ten times faster than a cold run of the
 * library that reads all of it: a proxy's start would be spent on that. It knows block and flow collections, scalars
 * on one line, literal blocks, anchors, aliases and comments. Whatever else it meets (tags, folded text, tabs, several
 * documents, anything in doubt) makes it give up, and so does every error: those are the library's to tell.
 *
 * @returns the tree, the same as {@link parseYaml}'s; undefined when the text is not that simple
 */
export function parseSimple(text: string): Tree | undefined {
  if (/[\t\r\u0085\u2028\u2029\ufeff]|^(---|\.\.\.|%)/m.test(text)) return undefined;
  try {
    return new SimpleParser(text).document();
  } catch (error) {
    if (error === notSimple) return undefined;
    throw error;
  }
}

const notSimple = Symbol('not simple');

// A plain scalar may not begin with these. Others are legal, but rare enough to leave them to the library.
const reserved = /^[-?:,[\]{}#&*!|>'"%@`]/;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', n: '\n', t: '\t' };

class SimpleParser extends TextCursor {
  readonly #anchors = new Map<string, Tree>();

  document(): Tree {
    this.skipBlankLines();
    if (this.at >= this.text.length) throw notSimple;
    const tree = this.#block(this.column());
    if (this.at < this.text.length) throw notSimple;
    return tree;
  }

  /** A collection or scalar that begins here, at the column `indent`; ends at the start of a line's content. */
  #block(indent: number): Tree {
    const start = this.at;
    if (this.isDash()) return this.#list(indent, start);
    const char = this.text[start]!;
    const key = char === '"' || char === "'" ? this.#quoted(char) : this.#plainKey();
    if (key !== undefined && this.isColon()) return this.#map(indent, start, key);
    this.at = start;
    const tree = this.#inlineValue();
    this.skipBlankLines();
    return tree;
  }

  #list(indent: number, start: number): Tree {
    const items: Tree[] = [];
    while (this.at < this.text.length && this.column() === indent && this.isDash()) {
      this.at++;
      items.push(this.#afterIndicator(indent, indent + 1));
    }
    if (this.column() > indent && this.at < this.text.length) throw notSimple;
    return { kind: 'list', items, start };
  }

  #map(indent: number, start: number, first: ScalarTree): Tree {
    const pairs: PairTree[] = [];
    let key: ScalarTree | undefined = first;
    for (;;) {
      this.at++;
      // A list may stand at the column of the key it belongs to.
      pairs.push({ key, value: this.#afterIndicator(indent, indent) });
      if (this.at >= this.text.length || this.column() < indent) break;
      if (this.column() > indent || this.isDash()) throw notSimple;
      const char = this.text[this.at]!;
      key = char === '"' || char === "'" ? this.#quoted(char) : this.#plainKey();
      if (key === undefined || !this.isColon()) throw notSimple;
    }
    return { kind: 'map', pairs, start };
  }

  /**
   * What follows a dash or a colon: a value on the same line, or one below.
   *
   * @param indent the column of the parent
   * @param listIndent the least column of a list below
   */
  #afterIndicator(indent: number, listIndent: number): Tree {
    const spaces = this.skipSpaces();
    const anchor = spaces > 0 ? this.#anchor() : undefined;
    // Until it is read its alias is an error, not what the name meant before.
    if (anchor !== undefined) this.#anchors.delete(anchor);
    const tree = this.#afterProperties(indent, listIndent, spaces > 0, anchor !== undefined);
    if (anchor !== undefined) this.#anchors.set(anchor, tree);
    return tree;
  }

  #afterProperties(indent: number, listIndent: number, spaced: boolean, anchored: boolean): Tree {
    const start = this.at;
    if (this.atLineEnd(spaced)) {
      this.skipBlankLines();
      const column = this.column();
      const below =
        this.at < this.text.length && (column > indent || (column === listIndent && this.isDash()));
      return below ? this.#block(column) : { kind: 'scalar', text: '', plain: true, start };
    }
    if (!spaced) throw notSimple;
    const char = this.text[start]!;
    if (char === '|') return this.#literal(indent);
    // After a dash a whole collection may follow on its line; an anchor there would be its first key's.
    if (listIndent > indent && !anchored && char !== '*') return this.#block(this.column());
    const tree = char === '*' ? this.#alias() : this.#inlineValue();
    this.skipBlankLines();
    // More of a scalar on the lines below is the library's to fold.
    if (this.at < this.text.length && this.column() > indent) throw notSimple;
    return tree;
  }

  /** The name of an anchor that stands here, with the spaces after it. */
  #anchor(): string | undefined {
    if (this.text[this.at] !== '&') return undefined;
    const match = /^&([\w-]+)( +(?!#)|(?=$| +#))/.exec(this.text.slice(this.at, this.lineEnd()));
    if (match === null) throw notSimple;
    this.at += match[0].length;
    return match[1];
  }

  #alias(): Tree {
    const match = /^\*([\w-]+) *$/.exec(this.text.slice(this.at, this.lineEnd()));
    const tree = match === null ? undefined : this.#anchors.get(match[1]!);
    // What has no anchor, or is still open, is an error.
    if (match === null || tree === undefined) throw notSimple;
    this.at += match[0].length;
    return tree;
  }

  /** A value that ends on this line, or a flow collection; then nothing but a comment. */
  #inlineValue(): Tree {
    const char = this.text[this.at]!;
    let tree: Tree;
    if (char === '[' || char === '{') tree = this.#flow();
    else if (char === '"' || char === "'") tree = this.#quoted(char);
    else tree = this.#plain(this.lineEnd());
    const spaces = this.skipSpaces();
    if (!this.atLineEnd(spaces > 0)) throw notSimple;
    return tree;
  }

  /** A plain scalar up to `end`, a comment or `: `. */
  #plain(end: number): ScalarTree {
    const start = this.at;
    let text = this.text.slice(start, end);
    const comment = text.indexOf(' #');
    if (comment >= 0) text = text.slice(0, comment);
    text = text.trimEnd();
    // `: ` within a scalar is an error, and a dash or a question mark may begin one that we would misread.
    if (text === '' || (reserved.test(text) && !/^-[\w.]/.test(text))) throw notSimple;
    if (text.includes(': ') || text.endsWith(':')) throw notSimple;
    this.at = start + text.length;
    return { kind: 'scalar', text, plain: true, start };
  }

  /** A plain key on this line; undefined when no `:` ends one. */
  #plainKey(): ScalarTree | undefined {
    const start = this.at;
    const line = this.text.slice(start, this.lineEnd());
    const match = /^[\w./@$-][^#:'"[\]{},&*!|>%`]*?(?=:( |$))/.exec(line);
    if (match === null || /^[-@]|\s$/.test(match[0]) || / #/.test(match[0])) return undefined;
    this.at = start + match[0].length;
    return { kind: 'scalar', text: match[0], plain: true, start };
  }

  #quoted(quote: string): ScalarTree {
    const start = this.at;
    let text = '';
    for (let i = start + 1; ; i++) {
      const char = this.text[i];
      if (char === undefined || char === '\n') throw notSimple;
      if (char === quote) {
        if (quote === '"' || this.text[i + 1] !== quote) {
          this.at = i + 1;
          return { kind: 'scalar', text, plain: false, start };
        }
        text += quote;
        i++;
      } else if (char === '\\' && quote === '"') {
        const meant = escapes[this.text[++i]!];
        if (meant === undefined) throw notSimple;
        text += meant;
      } else text += char;
    }
  }

  #flow(): Tree {
    const start = this.at;
    const close = this.text[start] === '[' ? ']' : '}';
    const items: Tree[] = [];
    const pairs: PairTree[] = [];
    this.at++;
    for (;;) {
      this.#skipFlowSpace();
      if (this.text[this.at] === close) break;
      const item = this.#flowItem();
      this.#skipFlowSpace();
      if (close === ']') items.push(item);
      else {
        if (item.kind !== 'scalar' || this.text[this.at] !== ':') throw notSimple;
        if (this.text[this.at + 1] !== ' ') throw notSimple;
        this.at++;
        this.#skipFlowSpace();
        const char = this.text[this.at];
        if (char === ',' || char === close) throw notSimple;
        pairs.push({ key: item, value: this.#flowItem() });
        this.#skipFlowSpace();
      }
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] !== close) throw notSimple;
    }
    this.at++;
    return close === ']' ? { kind: 'list', items, start } : { kind: 'map', pairs, start };
  }

  #flowItem(): Tree {
    const char = this.text[this.at];
    if (char === undefined) throw notSimple;
    if (char === '[' || char === '{') return this.#flow();
    if (char === '"' || char === "'") return this.#quoted(char);
    const start = this.at;
    const line = this.text.slice(start, this.lineEnd());
    const end = line.search(/[,[\]{}]|:( |$)| #|\?/);
    if (end < 0 || !/[,\]}:]/.test(line[end]!)) throw notSimple;
    return this.#plain(start + end);
  }

  /** How far a flow collection's next line must be indented depends on where it stands: so only one line is simple. */
  #skipFlowSpace(): void {
    this.skipSpaces();
    const char = this.text[this.at];
    if (char === '#' || char === '\n') throw notSimple;
  }

  /** A literal block: `|` or `|-`, its indent that of its first line. */
  #literal(parent: number): Tree {
    const start = this.at;
    const header = /^\|(-?)\n/.exec(this.text.slice(start, start + 3));
    if (header === null) throw notSimple;
    this.at += header[0].length;
    const indent = this.spacesHere();
    if (indent <= parent || this.text[this.at + indent] === '\n') throw notSimple;
    const lines: string[] = [];
    while (this.at < this.text.length) {
      const end = this.lineEnd();
      const line = this.text.slice(this.at, end);
      const blank = line.trim() === '';
      if (blank && line !== '') throw notSimple;
      if (!blank && this.spacesHere() < indent) break;
      lines.push(line.slice(indent));
      if (end === this.text.length) throw notSimple;
      this.at = end + 1;
    }
    while (lines.at(-1) === '') lines.pop();
    const text = lines.join('\n') + (header[1] === '-' ? '' : '\n');
    this.skipBlankLines();
    if (this.at < this.text.length && this.column() > parent) throw notSimple;
    return { kind: 'scalar', text, plain: false, start };
  }
}
